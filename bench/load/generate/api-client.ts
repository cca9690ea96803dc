import { Agent, request } from 'undici'
import { z } from 'zod'
import { errorBodySchema } from '../../../engine/http/index.ts'
import type { LoadRecorder } from './load-recorder.ts'

/** Routes as a report names them. */
export const ROUTES = {
  create: 'POST /runs',
  next: 'POST /runs/:id/process-next',
  status: 'GET /runs/:id',
} as const

/** What a client makes of an answer. */
export type Answer<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  /** Refused in a way that the client is meant to try again. */
  | { readonly kind: 'again'; readonly why: 'busy' | 'stopping'; readonly afterMs: number }
  /** The connection broke: nobody knows whether the request was carried out. `refused`: it was not. */
  | { readonly kind: 'broken'; readonly refused: boolean }
  /** An answer that no client can go on from. */
  | { readonly kind: 'given-up' }

export interface ApiClientOptions {
  /**
   * Services that the clients share, as behind a load balancer: each request goes to the one with the fewest under
   * way, in turn where they are equal; those that do not listen are left out for a while.
   */
  readonly services: () => readonly string[]
  readonly recorder: Pick<LoadRecorder, 'request' | 'error'>
  readonly timeScale: number
  /** Longest that an answer may take, real ms. */
  readonly timeoutMs: number
  /** Real ms since whenever. */
  readonly now: () => number
}

/** For how long a service that refused a connection is left out, real ms. */
const REFUSED_FOR_MS = 500
/** Where a server says none, s of production time. */
const DEFAULT_RETRY_AFTER = 1
const KINDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection reset',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
}

/** Asks the services over HTTP, measures each request, and checks each answer against its schema. */
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

  /** @param meantAt When the request was meant to be sent, on the clock of `now`. */
  async ask<Schema extends z.ZodType>(
    route: (typeof ROUTES)[keyof typeof ROUTES],
    path: string,
    schema: Schema,
    { body, meantAt, signal }: { body?: string; meantAt: number; signal: AbortSignal },
  ): Promise<Answer<z.output<Schema>>> {
    const { recorder, now } = this.#options
    const service = this.#choose()
    const method = route.startsWith('POST') ? 'POST' : 'GET'
    let status: number
    let retryAfter: string | undefined
    let text: string
    this.#underWay.set(service, this.#requestsAt(service) + 1)
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
      signal.throwIfAborted()
      const { code = '', message } = error as NodeJS.ErrnoException
      // A mistake of this client's says nothing of the service.
      if (code.startsWith('UND_ERR_INVALID') || code === '') throw error
      const kind = KINDS[code] ?? `connection broken (${code})`
      recorder.request(route, { kind: 'broken', error: kind }, now() - meantAt)
      recorder.error(kind, kind !== 'timeout', `${method} ${service}${path}: ${message}`)
      const refused = code === 'ECONNREFUSED'
      if (refused) this.#refusedAt.set(service, now())
      return { kind: 'broken', refused }
    } finally {
      this.#underWay.set(service, this.#requestsAt(service) - 1)
    }
    recorder.request(route, { kind: 'answered', status }, now() - meantAt)
    return status < 300 ? this.#checked(schema, route, text) : this.#refused(status, retryAfter, text)
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

  #checked<Schema extends z.ZodType>(schema: Schema, route: string, text: string): Answer<z.output<Schema>> {
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return { kind: 'ok', body: parsed.data }
    const problem = z.prettifyError(parsed.error)
    this.#options.recorder.error(
      'not as the schema says',
      false,
      `${route}: ${problem}: ${text.slice(0, 200)}`,
    )
    return { kind: 'given-up' }
  }

  /** 409 RUN_BUSY and 503 STOPPING are a normal life; no other refusal is. */
  #refused(status: number, retryAfter: string | undefined, text: string): Answer<never> {
    const { recorder, timeScale } = this.#options
    const error = errorBodySchema.safeParse(parseJson(text)).data?.error
    const retryable = (status === 409 && error?.code === 'RUN_BUSY') || status === 503
    recorder.error(`${status} ${error?.code ?? ''}`.trim(), retryable, error?.message ?? text.slice(0, 200))
    if (!retryable) return { kind: 'given-up' }
    const seconds = Number(retryAfter ?? DEFAULT_RETRY_AFTER)
    const afterMs = ((Number.isFinite(seconds) ? seconds : DEFAULT_RETRY_AFTER) * 1_000) / timeScale
    return { kind: 'again', why: status === 409 ? 'busy' : 'stopping', afterMs }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
