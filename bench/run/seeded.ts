import { createHash } from 'node:crypto'

/** A number in [0, 1) from a hash of the seed and of what it is for: it depends on nothing drawn before. */
export function seededNumber(seed: number, about: string): number {
  const digest = createHash('sha256').update(`${seed}\n${about}`).digest()
  return digest.readUIntBE(0, 6) / 2 ** 48
}

/** An id in the form of a UUID from a hash: the same run has the same ids wherever it is simulated. */
export function seededId(seed: number, about: string): string {
  const hex = createHash('sha256').update(`id\n${seed}\n${about}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
