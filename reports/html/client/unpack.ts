import { inflateSync, strFromU8 } from 'fflate'

/** What packed-data.ts has packed. */
export function unpack<T>(text: string): T {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return JSON.parse(strFromU8(inflateSync(bytes))) as T
}
