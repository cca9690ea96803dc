import { Statements } from './statements.ts'

/**
 * How a round trip was asked for. `simple`: one Query. `extended`: messages up to a Sync, or to a Flush.
 * `copy`: the data of a COPY FROM STDIN, after the statement. `function`: a FunctionCall.
 */
export type RoundTripKind = 'simple' | 'extended' | 'copy' | 'function'

/** One request-response with the database. */
export interface ProxyRoundTrip {
  readonly kind: RoundTripKind
  /** Verb and table, as the instruments of the bench group them. */
  readonly shape: string
  /** From the last byte of the request until the last of its answer, the added latency included, ms. */
  readonly durationMs: number
  /** Sent while the answer to another was still due on the same connection: nobody waited for both. */
  readonly pipelined: boolean
  /** The answer was an error. */
  readonly failed: boolean
}

interface Request {
  readonly kind: RoundTripKind | 'startup'
  readonly shape: string
  readonly sentAtMs: number
  readonly pipelined: boolean
  failed: boolean
  /** Answers that are due; undefined where ReadyForQuery ends it. */
  due?: number
}

/** Enough of a statement for its shape, and of a message for the names in it. */
const KEPT_BYTES = 16_384
const READ_OF_CLIENT = new Set(['Q', 'P', 'B', 'D', 'E', 'C'])

/** What is to be kept of a client's message. */
export const keptOfClient = (type: string): number => (READ_OF_CLIENT.has(type) ? KEPT_BYTES : 0)
/** What is to be kept of a message of the database's: the state of the transaction. */
export const keptOfDatabase = (type: string): number => (type === 'Z' ? 1 : 0)

/** What an answer to a message before a Flush ends with: one each, rows apart. */
const ANSWERS = new Set(['1', '2', '3', 'T', 'n', 'C', 'I', 's'])

/** Counts the round trips of one connection, from the messages that pass. */
export class RoundTripCounter {
  readonly #now: () => number
  readonly #onRoundTrip: (roundTrip: ProxyRoundTrip) => void
  readonly #statements = new Statements()
  /** Sent, not yet answered; the startup ends as they do, and counts for nothing. */
  readonly #underWay: Request[] = [
    { kind: 'startup', shape: '', sentAtMs: 0, pipelined: false, failed: false },
  ]
  /** Of the messages since the last Sync or Flush. */
  #batch = { messages: 0, prepared: '', executed: '', executions: 0 }
  #copying = false
  #copyEnded = false

  /** @param now ms, monotonic. */
  constructor(now: () => number, onRoundTrip: (roundTrip: ProxyRoundTrip) => void) {
    this.#now = now
    this.#onRoundTrip = onRoundTrip
  }

  /** Requests that are not answered yet. */
  get underWay(): number {
    return this.#underWay.filter(({ kind }) => kind !== 'startup').length
  }

  fromClient(type: string, body: Buffer): void {
    const copyEnded = this.#copyEnded
    if (type !== 'd') this.#copyEnded = false
    const statements = this.#statements
    switch (type) {
      case 'Q':
        this.#sent('simple', statements.query(body))
        break
      case 'F':
        this.#sent('function', 'FUNCTION CALL')
        break
      case 'P':
        this.#prepared(statements.prepare(body))
        break
      case 'D':
        this.#prepared(statements.described(body))
        break
      case 'B':
        this.#batch.messages++
        statements.bind(body)
        break
      case 'E':
        this.#executed(statements.executed(body))
        break
      case 'C':
        this.#batch.messages++
        statements.close(body)
        break
      case 'H':
        if (this.#batch.messages > 0) this.#sent('extended', this.#batchShape(), this.#batch.messages)
        break
      case 'S':
        // The database takes no notice of the first Sync of an extended COPY: this is the one it answers.
        if (!copyEnded) this.#sent('extended', this.#batchShape())
        break
      case 'c':
      case 'f':
        if (this.#copying) this.#sent('copy', 'COPY')
        this.#copyEnded = this.#copying
        this.#copying = false
    }
  }

  fromDatabase(type: string, body: Buffer): void {
    const [oldest] = this.#underWay
    if (type === 'Z') {
      this.#answered()
      if (body[0] === IDLE && this.#underWay.length === 0 && this.#batch.messages === 0) {
        this.#statements.forgetPortals()
      }
    } else if (type === 'G') {
      this.#copying = true
      this.#answered()
    } else if (type === 'E') {
      this.#copying = false
      if (oldest) oldest.failed = true
      // After an error nothing is answered until the next Sync.
      while (this.#underWay[0]?.due !== undefined) this.#answered()
    } else if (oldest?.due !== undefined && ANSWERS.has(type) && --oldest.due === 0) {
      this.#answered()
    }
  }

  #prepared(shape: string): void {
    this.#batch.messages++
    this.#batch.prepared ||= shape
  }

  #executed(shape: string): void {
    this.#batch.messages++
    this.#batch.executed ||= shape
    this.#batch.executions++
  }

  #batchShape(): string {
    const { messages, prepared, executed, executions } = this.#batch
    if (executions > 1) return `${executed} +${executions - 1}`
    if (executions === 1) return executed
    if (prepared) return `PREPARE ${prepared}`
    return messages > 0 ? 'CLOSE' : 'SYNC'
  }

  #sent(kind: RoundTripKind, shape: string, due?: number): void {
    const pipelined = this.#underWay.length > 0
    this.#underWay.push({
      kind,
      shape,
      sentAtMs: this.#now(),
      pipelined,
      failed: false,
      ...(due === undefined ? {} : { due }),
    })
    if (kind === 'extended') this.#batch = { messages: 0, prepared: '', executed: '', executions: 0 }
  }

  #answered(): void {
    const request = this.#underWay.shift()
    if (!request || request.kind === 'startup') return
    const { kind, shape, sentAtMs, pipelined, failed } = request
    this.#onRoundTrip({ kind, shape, durationMs: this.#now() - sentAtMs, pipelined, failed })
  }
}

/** The state of ReadyForQuery outside a transaction: `I`. */
const IDLE = 0x49
