import { hash } from 'node:crypto'

/** Random numbers that depend only on what they are about, never on what was drawn before. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T
  chance(probability: number): boolean
  /** Standard normal. */
  normal(): number
}

/** SHA-256 of a text, as hex. */
export function hashOfText(text: string): string {
  return hash('sha256', text, 'hex')
}

/** SHA-256 of the parts, as hex. Synchronous, because a hop to a thread pool would be real I/O to a virtual clock. */
export function hashOf(...parts: readonly unknown[]): string {
  return hashOfText(JSON.stringify(parts))
}

/** The same parts give the same sequence. The generator is sfc32: one hash a sequence, not one a number. */
export function randomAbout(...parts: readonly unknown[]): Random {
  return new Sfc32(Buffer.from(hash('sha256', JSON.stringify(parts), 'base64'), 'base64'))
}

class Sfc32 implements Random {
  private a: number
  private b: number
  private c: number
  private counter: number

  constructor(seed: Buffer) {
    this.a = seed.readInt32LE(0)
    this.b = seed.readInt32LE(4)
    this.c = seed.readInt32LE(8)
    this.counter = seed.readInt32LE(12)
  }

  next(): number {
    const { a, b, c } = this
    const sum = (a + b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = b ^ (b >>> 9)
    this.b = (c + (c << 3)) | 0
    this.c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  int(min: number, max: number): number {
    return Math.min(max, min + Math.floor(this.next() * (max - min + 1)))
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new Error('Expected at least one choice, got none.')
    return choices[this.int(0, choices.length - 1)] as T
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The part that the identifiers of all attempts with the same content have in common. */
export function identifierBase(...about: readonly unknown[]): string {
  return identifier('', ...about).slice(3, 19)
}

const ENDINGS = 58 ** 6
/** Has no factor in common with 58, so that no two attempts have the same ending. */
const SPREAD = 20_260_321_123

/** As `identifier`, for a how-manieth attempt: nothing is hashed for it. */
export function attemptIdentifier(prefix: string, base: string, attempt: number): string {
  let left = (attempt * SPREAD) % ENDINGS
  let ending = ''
  for (let i = 0; i < 6; i += 1) {
    ending += BASE58[left % 58]
    left = Math.floor(left / 58)
  }
  return `${prefix}_01${base}${ending}`
}

/** An identifier as the API writes them: `msg_01…`, `req_01…`. */
export function identifier(prefix: string, ...about: readonly unknown[]): string {
  const digest = hash('sha256', JSON.stringify([prefix, ...about]), 'binary')
  let text = `${prefix}_01`
  for (let i = 0; i < 22; i += 1) text += BASE58[digest.charCodeAt(i) % 58]
  return text
}
