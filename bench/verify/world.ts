import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { LockMonitor } from '../instrument/index.ts'
import { scheduledDatabase } from './actor-database.ts'

/** Of one actor. Enough for a transaction in each of its slots, and what stands beside them. */
const CONNECTIONS = 8
/** What closing a client may take, ms. */
const DISCONNECT_MS = 2_000
/** Turns of the event loop in which what is left of a schedule comes to its next statement. */
const TURNS_TO_SETTLE = 30
/** After so many schedules their rows are removed: tables that grow make every statement slower. */
const SCHEDULES_BETWEEN_CLEANINGS = 250

/** Between schedules nobody else is at work: a lock that is waited for was left by one, and would be for ever. */
const LOCK_TIMEOUT_MS = 20_000

/** A database with clients for all actors of a schedule: used for many schedules, one at a time. */
export class VerifyWorld {
  readonly #url: string
  readonly #application: string
  readonly #monitor: LockMonitor
  readonly #clients: PrismaClient[] = []
  #schedules = 0
  /** For what is no part of a schedule: storing runs and reading them. */
  readonly outside: pg.Client

  private constructor(url: string, application: string, monitor: LockMonitor, outside: pg.Client) {
    this.#url = url
    this.#application = application
    this.#monitor = monitor
    this.outside = outside
  }

  static async open(url: string): Promise<VerifyWorld> {
    const application = `tierbench-verify-${randomUUID()}`
    const outside = new pg.Client({
      connectionString: url,
      application_name: 'tierbench-verify',
      lock_timeout: LOCK_TIMEOUT_MS,
    })
    outside.on('error', () => {})
    await outside.connect()
    const monitor = await LockMonitor.connect(url, application)
    return new VerifyWorld(url, application, monitor, outside)
  }

  /** The client of the nth actor: it is lent to one schedule after another. */
  async client(index: number): Promise<PrismaClient> {
    for (let n = this.#clients.length; n <= index; n++) this.#clients.push(await this.#connect())
    return this.#clients[index] as PrismaClient
  }

  async #connect(): Promise<PrismaClient> {
    const factory = new PrismaPg({
      connectionString: this.#url,
      max: CONNECTIONS,
      idleTimeoutMillis: 0,
      application_name: this.#application,
    })
    const db = new PrismaClient({
      adapter: scheduledDatabase(factory, this.#monitor),
      // By the wall clock; a virtual one can hold a transaction still for longer than Prisma's 5 s.
      transactionOptions: { timeout: 600_000, maxWait: 600_000 },
    })
    // Loads what Prisma loads with its first client, outside of all clocks.
    await db.$connect()
    return db
  }

  /** Between two schedules. */
  async tidy(): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_SETTLE; turn++) await new Promise((resolve) => setImmediate(resolve))
    if (++this.#schedules % SCHEDULES_BETWEEN_CLEANINGS === 0) {
      await this.outside.query('TRUNCATE "Run", "RateLimitState" CASCADE')
    }
  }

  async close(): Promise<void> {
    // A client may wait for what a process that died was never answered: its connections end with this process.
    const disconnected = Promise.allSettled(this.#clients.map((db) => db.$disconnect()))
    const late = new AbortController()
    await Promise.race([disconnected, delay(DISCONNECT_MS, undefined, { signal: late.signal })])
    late.abort()
    await Promise.allSettled([this.#monitor.close(), this.outside.end()])
  }
}
