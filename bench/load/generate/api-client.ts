import { Agent, request } from 'undici'
import type { LoadRecorder } from './load-recorder.ts'
import { type Ask, methodOf, type Reply } from './run-flow.ts'

export interface ApiClientOptions {
  /**
   * Services that the clients share, as behind a load balancer: each request goes to the one with the fewest under
   * way, in turn where they are equal; those that do not listen are left out for a while.
   */
  readonly services: () => readonly string[]
  readonly recorder: Pick<LoadRecorder, 'request' | 'error'>
  /** Longest that an answer may take, real ms. */
  readonly timeoutMs: number
  /** Real ms since whenever. */
  readonly now: () => number
}

/** For how long a service that refused a connection is left out, real ms. */
const REFUSED_FOR_MS = 500
const KINDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection reset',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
}

/** How a report names what was given up when the load ended. */
export const UNANSWERED = 'unanswered when the load ended'

/** How a report names a connection that ended with this code. */
export function brokenKind(code: string): string {
  return KINDS[code] ?? `connection broken (${code})`
}

/** Writes down a connection that broke: all but a timeout a client is meant to repeat. */
export function recordBroken(
  { recorder, now }: Pick<ApiClientOptions, 'recorder' | 'now'>,
  { route, meantAt }: Pick<Ask, 'route' | 'meantAt'>,
  kind: string,
  example: string,
): void {
  recorder.request(route, { kind: 'broken', error: kind }, now() - meantAt)
  recorder.error(kind, kind !== 'timeout', example)
}

/** Asks the services over HTTP, and measures each request. */
export class ApiClient {
  readonly #options: ApiClientOptions
  readonly #agent: Agent
  readonly #refusedAt = new Map<string, number>()
  readonly #underWay = new Map<string, number>()
  #turn = 0

  constructor(options: ApiClientOptions) {
    this.#options = options
    this.#agent = new Agent({
      // As many as are needed: to wait for a connection here would be a wait that no user has.
      connections: null,
      headersTimeout: Math.ceil(options.timeoutMs),
      bodyTimeout: Math.ceil(options.timeoutMs),
      pipelining: 1,
    })
  }

  async ask({ route, path, body, meantAt }: Ask, signal: AbortSignal): Promise<Reply> {
    const { recorder, now } = this.#options
    const service = this.#choose()
    const method = methodOf(route)
    let status: number
    let retryAfter: string | undefined
    let text: string
    const release = this.occupy(service)
    try {
      const response = await request(`${service}${path}`, {
        dispatcher: this.#agent,
        method,
        signal,
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      })
      status = response.statusCode
      retryAfter = response.headers['retry-after']?.toString()
      text = await response.body.text()
    } catch (error) {
      if (signal.aborted) {
        recorder.request(route, { kind: 'broken', error: UNANSWERED }, now() - meantAt)
        throw error
      }
      const { code = '', message, name } = error as NodeJS.ErrnoException
      if (name === 'HTTPParserError') {
        recorder.request(route, { kind: 'broken', error: 'no HTTP' }, now() - meantAt)
        recorder.error('an answer that is no HTTP', false, `${method} ${service}${path}: ${message}`)
        return { kind: 'malformed' }
      }
      // A mistake of this client's says nothing of the service.
      if (code.startsWith('UND_ERR_INVALID') || code === '') throw error
      const kind = brokenKind(code)
      recordBroken(this.#options, { route, meantAt }, kind, `${method} ${service}${path}: ${message}`)
      const refused = code === 'ECONNREFUSED'
      if (refused) this.#refusedAt.set(service, now())
      return { kind: 'broken', refused }
    } finally {
      release()
    }
    recorder.request(route, { kind: 'answered', status }, now() - meantAt)
    return { kind: 'answered', status, retryAfter, text }
  }

  /**
   * Counts somebody else's connection, on which a request is always under way.
   * @returns to be called when it has ended
   */
  occupy(service: string): () => void {
    this.#underWay.set(service, this.#requestsAt(service) + 1)
    return () => void this.#underWay.set(service, this.#requestsAt(service) - 1)
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  #choose(): string {
    const services = this.#options.services()
    const since = this.#options.now() - REFUSED_FOR_MS
    const listening = services.filter(
      (service) => (this.#refusedAt.get(service) ?? Number.NEGATIVE_INFINITY) < since,
    )
    const from = listening.length > 0 ? listening : services
    const fewest = Math.min(...from.map((service) => this.#requestsAt(service)))
    const least = from.filter((service) => this.#requestsAt(service) === fewest)
    return least[this.#turn++ % least.length] as string
  }

  #requestsAt(service: string): number {
    return this.#underWay.get(service) ?? 0
  }
}
