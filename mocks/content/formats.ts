import type { Random } from '../random.ts'
import type { Writer } from './writer.ts'

interface Source {
  readonly random: Random
  readonly writer: Writer
}

type Candidates = (source: Source) => string[]

const two = (value: number) => String(value).padStart(2, '0')
const hex = (random: Random, length: number) =>
  Array.from({ length }, () => random.int(0, 15).toString(16)).join('')
const date = (random: Random) => `2026-${two(random.int(1, 12))}-${two(random.int(1, 28))}`
const time = (random: Random) =>
  `${two(random.int(0, 23))}:${two(random.int(0, 59))}:${two(random.int(0, 59))}`
const host = (writer: Writer) => `${writer.word().replace(/[^a-z0-9]/g, '') || 'api'}.example.com`
const wordOfLetters = (writer: Writer) => writer.word().replace(/[^a-z]/g, '') || 'contact'

/**
 * The formats that structured output supports. More than one candidate where validators differ: JSON
 * Schema wants a time zone on a time, zod's `iso.time()` does not take one.
 */
const FORMATS: Readonly<Record<string, Candidates>> = {
  'date-time': ({ random }) => {
    const at = `${date(random)}T${time(random)}`
    return [`${at}Z`, at, `${at}.000Z`, `${at}+00:00`]
  },
  date: ({ random }) => [date(random)],
  time: ({ random }) => {
    const at = time(random)
    return [`${at}Z`, at, `${at}.000Z`]
  },
  duration: ({ random }) => [`P${random.int(1, 30)}D`, `PT${random.int(1, 12)}H`],
  email: ({ writer }) => [`${wordOfLetters(writer)}@example.com`],
  hostname: ({ writer }) => [host(writer)],
  uri: ({ writer }) => [`https://${host(writer)}/${wordOfLetters(writer)}`],
  ipv4: ({ random }) => [`192.0.2.${random.int(1, 254)}`],
  ipv6: ({ random }) => [`2001:db8::${hex(random, 4).replace(/^0+(?=.)/, '')}`],
  uuid: ({ random }) => {
    const uuid = (version: number) =>
      `${hex(random, 8)}-${hex(random, 4)}-${version}${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`
    return [uuid(4), uuid(7), uuid(6), uuid(1)]
  },
}

/** Strings of this format; undefined when the format is not known, and so does not constrain. */
export function formatCandidates(format: string, source: Source): string[] | undefined {
  return Object.hasOwn(FORMATS, format) ? FORMATS[format]?.(source) : undefined
}

export function allFormatCandidates(source: Source): string[] {
  return [...Object.values(FORMATS).flatMap((candidates) => candidates(source)), '🙂']
}
