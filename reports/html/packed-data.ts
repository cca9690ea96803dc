/**
 * What the page's script draws, in the page itself: JSON, deflated and in base64. fflate does both ends: its
 * bytes are the same on every machine, which those of zlib are not, and every browser can read them.
 */
import { deflateSync, strToU8 } from 'fflate'

/** Level 6, which is zlib's own: 9 takes three times as long for one per cent. */
const LEVEL = 6

/** Holds no character that could end an element or an attribute. */
export function pack(value: unknown): string {
  return Buffer.from(deflateSync(strToU8(JSON.stringify(value)), { level: LEVEL })).toString('base64')
}
