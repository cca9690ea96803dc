import type { EventEmitter } from 'node:events'
import autocannon from 'autocannon'
import type { Arrival } from '../arrivals/index.ts'
import { brokenKind, recordBroken, UNANSWERED } from './api-client.ts'
import type { LoadRecorder, RunEnd } from './load-recorder.ts'
import { type Ask, LONGEST_TIMER_MS, methodOf, type RunFlow, runFlow } from './run-flow.ts'
import { type ClosedArrivals, type StartOptions, type Turns, takeTurns, useInTurn } from './start-runs.ts'
import { follow, giveUp, type UserOptions } from './user.ts'

export interface ConnectionsOptions extends StartOptions {
  readonly recorder: StartOptions['recorder'] & Pick<LoadRecorder, 'request' | 'error'>
  readonly user: UserOptions
  /** Of POST /runs, for the nth run. */
  readonly bodyOf: (arrival: Arrival, n: number) => string
  readonly services: readonly string[]
  /** Longest that an answer may take, real ms. */
  readonly timeoutMs: number
}

/** What is used of autocannon's client, and its types do not name; as of autocannon 9. */
interface Connection extends autocannon.Client {
  /** Requests that it has sent. */
  readonly reqsMade: number
  /** It ends when it has sent so many. */
  responseMax: number
  destroy(): void
}

/** autocannon ends when it is told to, and by itself after the longest time that a timer of Node's knows, s. */
const NEVER_S = Math.floor(LONGEST_TIMER_MS / 1_000)
/** How often autocannon looks whether it is to end, ms. */
const LOOK_EVERY_MS = 20

/**
 * The closed model, driven by autocannon: a connection is a user, who sends the next request when the last is
 * answered; connections are spread over the services in turn. autocannon knows no pause between two requests and
 * keeps to one service: a user who is told to wait, or whose connection breaks, changes over to
 * {@link UserOptions.client}, and the connection ends.
 * @returns when the last run has ended: connections that were made, and how many of their users changed over
 * @throws a mistake of the generator's, and no answer of the service
 */
export async function startOnConnections(
  arrivals: ClosedArrivals,
  options: ConnectionsOptions,
): Promise<{ connections: number; changedOver: number }> {
  const turns = takeTurns(arrivals, options)
  // A connection sends as soon as it is there, and cannot be told otherwise.
  const first = Array.from({ length: arrivals.connections }, () => turns.next().value)
  const waiting = first.filter((turn) => turn !== undefined)
  const users: ConnectedUser[] = []
  if (waiting.length === 0) return { connections: 0, changedOver: 0 }
  const driver = autocannon({
    // It takes a list, which its types do not say.
    url: options.services as unknown as string,
    connections: waiting.length,
    duration: NEVER_S,
    timeout: Math.ceil(options.timeoutMs / 1_000),
    sampleInt: LOOK_EVERY_MS,
    setupClient: (client) => {
      const turn = waiting[users.length] as number
      // As autocannon spreads them.
      const service = options.services[users.length % options.services.length] as string
      const release = options.user.client.occupy(service)
      users.push(new ConnectedUser(client as Connection, { turn, turns, release }, options))
    },
  }) as Promise<autocannon.Result> & autocannon.Instance
  try {
    await Promise.all(users.map(({ ended }) => ended))
  } finally {
    driver.stop()
    await driver
  }
  return { connections: users.length, changedOver: users.filter(({ changedOver }) => changedOver).length }
}

/** One user, on a connection of autocannon's for as long as that goes. */
class ConnectedUser {
  /** When the last run has ended; rejects with a mistake of the generator's. */
  readonly ended: Promise<void>
  /** Whether its connection has ended before its runs. */
  changedOver = false
  readonly #connection: Connection
  readonly #turns: Turns
  /** The connection is no longer one of its service's. */
  readonly #release: () => void
  readonly #options: ConnectionsOptions
  #resolve!: (rest?: Promise<void>) => void
  #reject!: (error: unknown) => void
  #flow!: RunFlow
  #meantAt = 0
  #ask: Ask | undefined
  #answerIsDue = false

  constructor(
    connection: Connection,
    { turn, turns, release }: { turn: number; turns: Turns; release: () => void },
    options: ConnectionsOptions,
  ) {
    this.#connection = connection
    this.#turns = turns
    this.#release = release
    this.#options = options
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    options.signal.addEventListener('abort', this.#giveUp, { once: true })
    this.#begin(turn)
    const events: EventEmitter = connection
    events.on('connError', ({ code = '', message }: NodeJS.ErrnoException) =>
      this.#attempt(() => this.#broken(brokenKind(code), message, code === 'ECONNREFUSED')),
    )
    connection.setRequests([
      {
        setupRequest: (request) => {
          this.#attempt(() => this.#sending())
          return { ...request, ...this.#request() }
        },
        onResponse: (status, text, _context, headers) =>
          this.#attempt(() => this.#answered(status, text, headers)),
      },
    ])
  }

  #begin(n: number): void {
    const { recorder, now, user, bodyOf } = this.#options
    this.#meantAt = now()
    recorder.started(0)
    this.#flow = runFlow(user, bodyOf({ atMs: 0 }, n), this.#meantAt)
    this.#goOn(this.#flow.next())
  }

  #goOn(said: ReturnType<RunFlow['next']>): void {
    if (said.done) {
      this.#end(said.value)
      const turn = this.#turns.next()
      if (turn.done) {
        this.#leave()
        this.#resolve()
      } else this.#begin(turn.value)
    } else if (said.value.kind === 'ask') this.#ask = said.value
    else {
      this.#leave()
      this.#resolve(this.#changeOver(said))
    }
  }

  async #changeOver(said: ReturnType<RunFlow['next']>): Promise<void> {
    this.changedOver = true
    this.#end(await follow(this.#options.user, this.#flow, said))
    await useInTurn(this.#turns, this.#options)
  }

  #end(end: RunEnd): void {
    this.#options.recorder.ended(end, this.#options.now() - this.#meantAt)
  }

  /** autocannon sends again where the connection has ended before the answer. */
  #sending(): void {
    if (this.#answerIsDue && this.#ask) {
      const { now, timeoutMs } = this.#options
      const late = now() - this.#ask.meantAt >= timeoutMs
      this.#broken(late ? 'timeout' : 'connection reset', 'the connection ended before the answer', false)
      this.#connection.destroy()
    }
    this.#answerIsDue = true
  }

  #request(): autocannon.Request {
    if (this.#ask === undefined) return {}
    const { route, path, body } = this.#ask
    const json = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }
    return { method: methodOf(route), path, ...json }
  }

  #answered(status: number, text: string, headers: autocannon.Request['headers']): void {
    if (this.#ask === undefined) return
    const { recorder, now } = this.#options
    this.#answerIsDue = false
    recorder.request(this.#ask.route, { kind: 'answered', status }, now() - this.#ask.meantAt)
    const retryAfter = new Headers(headers as Record<string, string>).get('retry-after') ?? undefined
    this.#goOn(this.#flow.next({ kind: 'answered', status, retryAfter, text }))
  }

  #broken(error: string, message: string, refused: boolean): void {
    if (this.#ask === undefined) return
    recordBroken(
      this.#options,
      this.#ask,
      error,
      `${methodOf(this.#ask.route)} ${this.#ask.path}: ${message}`,
    )
    this.#goOn(this.#flow.next({ kind: 'broken', refused }))
  }

  readonly #giveUp = (): void => {
    const { recorder, now, signal } = this.#options
    if (this.#ask && this.#answerIsDue) {
      recorder.request(this.#ask.route, { kind: 'broken', error: UNANSWERED }, now() - this.#ask.meantAt)
    }
    giveUp(this.#flow, signal.reason)
    this.#end('unfinished')
    this.#leave()
    this.#connection.destroy()
    this.#resolve()
  }

  /** The connection sends no more. */
  #leave(): void {
    this.#ask = undefined
    this.#connection.responseMax = this.#connection.reqsMade
    this.#release()
    this.#options.signal.removeEventListener('abort', this.#giveUp)
  }

  /** An exception would go to the socket, and end the process. */
  #attempt(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#reject(error)
    }
  }
}
