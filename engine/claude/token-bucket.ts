/**
 * A token bucket with continuous refill, kept on this side of the wire: what the API's own bucket is
 * believed to hold.
 */
export class MirroredBucket {
  #level: number
  #at: number

  constructor(
    /** Capacity, and what is refilled in a minute. */
    readonly perMinute: number,
    level: number,
    now: number,
  ) {
    this.#level = level
    this.#at = now
  }

  level(now: number): number {
    this.#refill(now)
    return this.#level
  }

  /** Takes (or with a negative amount gives back). The level may go below 0. */
  take(amount: number, now: number): void {
    this.#refill(now)
    this.#level = Math.min(this.perMinute, this.#level - amount)
  }

  /** ms until `amount` is there; 0 where it is. More than the capacity counts as the capacity. */
  waitMs(amount: number, now: number): number {
    const missing = Math.min(amount, this.perMinute) - this.level(now)
    return missing <= 0 ? 0 : Math.ceil((missing * 60_000) / this.perMinute)
  }

  #refill(now: number): void {
    this.#level = Math.min(this.perMinute, this.#level + ((now - this.#at) * this.perMinute) / 60_000)
    this.#at = now
  }
}
