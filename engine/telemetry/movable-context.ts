import type { Context } from '@opentelemetry/api'

/**
 * A context that can be moved: OpenTelemetry's own are fixed for as long as the function runs that they
 * are active in, and an invocation goes through several phases within one function.
 */
export class MovableContext implements Context {
  #current: Context

  constructor(current: Context) {
    this.#current = current
  }

  get current(): Context {
    return this.#current
  }

  moveTo(context: Context): void {
    this.#current = context
  }

  getValue(key: symbol): unknown {
    return this.#current.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#current.setValue(key, value)
  }

  deleteValue(key: symbol): Context {
    return this.#current.deleteValue(key)
  }
}
