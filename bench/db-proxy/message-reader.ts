/** A message of PostgreSQL's protocol, or as much of it as was asked for. */
export type OnMessage = (type: string, body: Buffer) => void

const HEADER_BYTES = 5

/**
 * Finds the messages in a stream of bytes: a type of one byte, a length of four that counts itself, a body.
 * Keeps no more of a body than is asked for, so that a row of any size passes through without being stored.
 */
export class MessageReader {
  readonly #keep: (type: string) => number
  readonly #onMessage: OnMessage
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  #type = ''
  #left = 0
  #keepLeft = 0
  #kept: Buffer[] = []

  /**
   * @param keep How many bytes of the body of a message of this type are wanted.
   * @param onMessage Told of each message when its last byte has been read.
   */
  constructor(keep: (type: string) => number, onMessage: OnMessage) {
    this.#keep = keep
    this.#onMessage = onMessage
  }

  /** @throws Error where the bytes cannot be messages of PostgreSQL's */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#headerBytes < HEADER_BYTES) {
        const copied = chunk.copy(this.#header, this.#headerBytes, at)
        this.#headerBytes += copied
        at += copied
        if (this.#headerBytes < HEADER_BYTES) return
        this.#begin()
      }
      const taken = Math.min(this.#left, chunk.length - at)
      const kept = Math.min(this.#keepLeft, taken)
      if (kept > 0) this.#kept.push(chunk.subarray(at, at + kept))
      this.#keepLeft -= kept
      this.#left -= taken
      at += taken
      if (this.#left === 0) this.#end()
    }
  }

  #begin(): void {
    const length = this.#header.readInt32BE(1)
    if (length < 4) throw new Error(`expected a message of at least 4 bytes, got one of ${length}`)
    this.#type = String.fromCharCode(this.#header[0] as number)
    this.#left = length - 4
    this.#keepLeft = this.#keep(this.#type)
  }

  #end(): void {
    const body = this.#kept.length === 1 ? (this.#kept[0] as Buffer) : Buffer.concat(this.#kept)
    this.#kept = []
    this.#headerBytes = 0
    this.#onMessage(this.#type, body)
  }
}
