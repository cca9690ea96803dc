import { connect, type Socket } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { reasonOf } from '../environment/errors.ts'
import { DelayLine } from './delay-line.ts'
import { fatalError } from './error-response.ts'
import { MessageReader } from './message-reader.ts'
import { keptOfClient, keptOfDatabase, type ProxyRoundTrip, RoundTripCounter } from './round-trips.ts'
import { type FirstMessage, firstMessageBytes, NO_ENCRYPTION, readFirstMessage } from './startup.ts'
import type { Statistics } from './statistics.ts'

/** Where the database is. */
export interface Target {
  readonly host: string
  readonly port: number
}

export interface ConnectionOptions {
  readonly target: Target
  /** Added to each request, ms. */
  readonly rttMs: number
  readonly statistics: Statistics
  /** Told of each round trip, and of the `application_name` of its connection. */
  readonly onRoundTrip: (roundTrip: ProxyRoundTrip, application: string) => void
}

/** A database that has not taken the connection by then counts as out of reach, ms. */
const CONNECT_WITHIN_MS = 10_000
/** Of PostgreSQL's codes: the connection could not be made. */
const CANNOT_CONNECT = '08001'

/** One client's connection through the proxy, from its first byte until both sides are closed. */
export class ProxyConnection {
  readonly #client: Socket
  readonly #options: ConnectionOptions
  #counter: RoundTripCounter | undefined

  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client
    this.#options = options
    client.on('error', () => client.destroy())
    void this.#serve()
  }

  /** Requests that are not answered yet. */
  get underWay(): number {
    return this.#counter?.underWay ?? 0
  }

  destroy(): void {
    this.#client.destroy()
  }

  async #serve(): Promise<void> {
    try {
      const first = await readFirst(this.#client)
      if (first) await this.#join(first)
    } catch {
      // What speaks another protocol would not understand an answer of this one either.
      this.#client.destroy()
    }
  }

  async #join({ message, bytes }: { message: FirstMessage; bytes: Buffer }): Promise<void> {
    const { statistics, target, rttMs } = this.#options
    const client = this.#client
    const connected = await reach(target, client)
    if (connected instanceof Error) {
      statistics.refused()
      client.end(unreachable(target, connected))
      client.destroySoon()
      return
    }
    if (message.kind === 'startup') this.#count(connected, message.application)
    else statistics.cancelled()
    statistics.sent(bytes.length)
    const line = new DelayLine({ delayMs: rttMs, onArrival: (tookMs) => statistics.held(tookMs) })
    // Node's warning of a leak begins at 11 listeners, and two pipelines have as many.
    for (const socket of [client, connected]) socket.setMaxListeners(20)
    const way: Duplex[] = rttMs > 0 ? [line] : []
    ;(way[0] ?? connected).write(bytes)
    // One side that goes takes the other with it, once what it has said has been passed on.
    pipeline([client, ...way, connected], (error) => {
      if (error) connected.destroy()
    })
    pipeline(connected, client, (error) => {
      if (error) client.destroy()
      else client.destroySoon()
    })
    client.once('close', () => connected.destroy())
  }

  #count(database: Socket, application: string): void {
    const { statistics, onRoundTrip } = this.#options
    const client = this.#client
    const counter = new RoundTripCounter(
      () => performance.now(),
      (roundTrip) => {
        statistics.roundTrip(roundTrip)
        onRoundTrip(roundTrip, application)
      },
    )
    const requests = new MessageReader(keptOfClient, (type, body) => counter.fromClient(type, body))
    const answers = new MessageReader(keptOfDatabase, (type, body) => counter.fromDatabase(type, body))
    const tap = (socket: Socket, reader: MessageReader, add: (bytes: number) => void) =>
      socket.on('data', (chunk: Buffer) => {
        add(chunk.length)
        try {
          reader.push(chunk)
        } catch {
          client.destroy()
        }
      })
    tap(client, requests, (bytes) => statistics.sent(bytes))
    tap(database, answers, (bytes) => statistics.received(bytes))
    this.#counter = counter
    statistics.opened()
    client.once('close', () => statistics.closed(counter.underWay))
  }
}

/**
 * The message that a connection begins with; requests for encryption are answered on the way to it.
 * Undefined where the client goes without having sent one.
 */
async function readFirst(client: Socket): Promise<{ message: FirstMessage; bytes: Buffer } | undefined> {
  let read: Buffer = Buffer.alloc(0)
  // Not `for await`: that would destroy the socket at the end of the loop.
  for (;;) {
    const length = firstMessageBytes(read)
    if (length === undefined) {
      const more = await nextChunk(client)
      if (!more) return undefined
      read = Buffer.concat([read, more])
      continue
    }
    const bytes = read.subarray(0, length)
    read = read.subarray(length)
    const message = readFirstMessage(bytes)
    if (message.kind === 'encryption') client.write(NO_ENCRYPTION)
    else {
      if (read.length > 0) client.unshift(read)
      return { message, bytes }
    }
  }
}

function nextChunk(client: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const done = (chunk?: Buffer) => {
      client.pause()
      client.off('data', done).off('end', done).off('close', done)
      resolve(Buffer.isBuffer(chunk) ? chunk : undefined)
    }
    client.on('data', done).on('end', done).on('close', done)
    client.resume()
  })
}

/** A connection to the database, or why there is none. Given up when the client goes. */
function reach({ host, port }: Target, client: Socket): Promise<Socket | Error> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, timeout: CONNECT_WITHIN_MS })
    const giveUp = () => socket.destroy(new Error('the client has gone'))
    client.once('close', giveUp)
    const settle = (outcome: Socket | Error) => {
      client.off('close', giveUp)
      socket.setTimeout(0)
      resolve(outcome)
    }
    socket.once('connect', () => settle(socket))
    socket.once('timeout', () =>
      socket.destroy(new Error(`no connection within ${CONNECT_WITHIN_MS / 1_000} s`)),
    )
    socket.on('error', settle)
  })
}

function unreachable({ host, port }: Target, error: Error): Buffer {
  return fatalError(
    CANNOT_CONNECT,
    `tierbench db-proxy: expected PostgreSQL to take a connection at ${host}:${port} (--target), but: ${reasonOf(error)}`,
    'Start that server, or start the proxy again with another --target.',
  )
}
