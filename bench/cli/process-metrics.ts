import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type pg from 'pg'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { systemClock } from '../../engine/index.ts'
import { explainListenError } from './listen-error.ts'

/** Metrics of this process, as they are served. */
export interface ProcessMetrics {
  /** Where they are: `GET`, without a token. */
  readonly url: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Serves CPU time, memory and event-loop delay of this process, its pool of connections and what it works on,
 * for Prometheus: on a port of its own, so that it is the same with and without an HTTP API, and on this
 * machine only, so that no token is needed. Percentiles of the delay are of the time since they were last read.
 * @param port 0 takes any that is free; undefined: they are not served, and cost nothing.
 * @param underWay How many invocations are.
 * @param waitingJobs Counts the jobs in the queue, where there is one.
 * @throws UsageError where it cannot listen there
 */
export async function serveProcessMetrics(
  port: number | undefined,
  pool: Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>,
  underWay: () => number,
  waitingJobs: (() => Promise<number>) | undefined,
): Promise<ProcessMetrics | undefined> {
  if (port === undefined) return undefined
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  addGauges(registry, pool, underWay)
  if (waitingJobs) addJobsWaiting(registry, waitingJobs)
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    try {
      const text = await registry.metrics()
      response.writeHead(200, { 'content-type': registry.contentType }).end(text)
    } catch (error) {
      response.writeHead(500).end(`${(error as Error).message}\n`)
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, { host: HOST, port })))
    server.listen(port, HOST, resolve)
  })
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/metrics`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function addGauges(
  registry: Registry,
  pool: Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>,
  underWay: () => number,
): void {
  const registers = [registry]
  new Gauge({
    name: 'tierbench_pool_connections',
    help: 'Connections to the database that are open, by whether they are in use.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'in_use' }, pool.totalCount - pool.idleCount)
    },
  })
  new Gauge({
    name: 'tierbench_pool_waiting',
    help: 'Statements and transactions that wait for a connection.',
    registers,
    collect() {
      this.set(pool.waitingCount)
    },
  })
  new Gauge({
    name: 'tierbench_invocations_under_way',
    help: 'Invocations of process-next that have begun here and not ended.',
    registers,
    collect() {
      this.set(underWay())
    },
  })
}

/** Who looks is not to wait for a connection behind all statements that do. */
const COUNT_WITHIN_MS = 250

function addJobsWaiting(registry: Registry, waitingJobs: () => Promise<number>): void {
  let latest = Number.NaN
  let counting: Promise<void> | undefined
  new Gauge({
    name: 'tierbench_jobs_waiting',
    help: 'Invocations in the queue that no worker has taken; as it was last known, where the pool is busy.',
    registers: [registry],
    async collect() {
      counting ??= waitingJobs()
        .then((count) => {
          latest = count
        })
        .catch(() => {})
        .finally(() => {
          counting = undefined
        })
      const looked = new AbortController()
      await Promise.race([counting, systemClock.sleep(COUNT_WITHIN_MS, looked.signal).catch(() => {})])
      looked.abort()
      this.set(latest)
    },
  })
}
