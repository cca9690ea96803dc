import { Duplex } from 'node:stream'

/** So much may be on its way at once: what is sent beyond it waits until there is room, bytes. */
const MOST_BYTES = 32 * 1024 * 1024

export interface DelayLineOptions {
  /** How long each piece is on its way, ms. */
  readonly delayMs: number
  /** Told how long a piece has really been on its way, ms. */
  readonly onArrival: (tookMs: number) => void
}

/**
 * A wire with a length: each piece comes out as it went in, in order, so much later. Pieces do not wait for
 * each other, as they do not on a wire: what is sent at once arrives at once.
 */
export class DelayLine extends Duplex {
  readonly #options: DelayLineOptions
  readonly #onTheWay: { readonly chunk: Buffer; readonly sentAtMs: number }[] = []
  #bytes = 0
  #waiting = false
  /** Of a reader that has no room, nothing is expected until it asks again. */
  #wanted = true
  #whenRoom: (() => void) | undefined
  #whenEmpty: (() => void) | undefined

  constructor(options: DelayLineOptions) {
    super({ allowHalfOpen: true })
    this.#options = options
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#onTheWay.push({ chunk, sentAtMs: performance.now() })
    this.#bytes += chunk.length
    if (this.#bytes < MOST_BYTES) done()
    else this.#whenRoom = done
    if (!this.#waiting) this.#wait(this.#options.delayMs)
  }

  override _final(done: () => void): void {
    this.#whenEmpty = () => {
      this.push(null)
      done()
    }
    this.#deliver()
  }

  override _read(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#deliver()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#onTheWay.length = 0
    done(error)
  }

  /** Hands on what has arrived, and waits for what comes next. */
  #deliver(): void {
    const { delayMs, onArrival } = this.#options
    for (let [next] = this.#onTheWay; next !== undefined && this.#wanted; [next] = this.#onTheWay) {
      const tookMs = performance.now() - next.sentAtMs
      if (tookMs < delayMs) {
        if (!this.#waiting) this.#wait(delayMs - tookMs)
        break
      }
      this.#onTheWay.shift()
      this.#bytes -= next.chunk.length
      onArrival(tookMs)
      this.#wanted = this.push(next.chunk)
    }
    if (this.#onTheWay.length === 0) this.#whenEmpty?.()
    if (this.#bytes >= MOST_BYTES) return
    const room = this.#whenRoom
    this.#whenRoom = undefined
    room?.()
  }

  /** Node's timers count whole ms and may come early by less than one: that rest turns the event loop. */
  #wait(ms: number): void {
    this.#waiting = true
    const look = () => {
      this.#waiting = false
      this.#deliver()
    }
    if (ms < 1) setImmediate(look)
    else setTimeout(look, ms)
  }
}
