import { z } from 'zod'

const count = z.int().min(0)
const ms = z.number().min(0)

/** What GET /stats of the database proxy answers with. Everything is counted since `since`. */
export const proxyStatsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** When counting began: at the start, or at the last reset. */
  since: z.iso.datetime(),
  /** Where the database is, `host:port`. */
  target: z.string(),
  /** What is added to each request, ms. */
  rttMs: ms,
  connections: z.strictObject({
    /** Now. */
    open: count,
    /** Most at once. */
    peak: count,
    opened: count,
    /** Clients that were turned away because the database could not be reached. */
    refused: count,
    /** Requests to cancel what another connection does. */
    cancels: count,
  }),
  roundTrips: z.strictObject({
    /** Answered requests: `simple + extended + copy + function`. */
    count,
    simple: count,
    extended: count,
    copy: count,
    function: count,
    /** Of `count`: sent while another answer was due on the same connection, so waited for along with it. */
    pipelined: count,
    /** Of `count`: answered with an error. */
    failed: count,
    /** Not in `count`: the connection went before the answer came. */
    unanswered: count,
    /** Not in `count`: not answered yet. */
    underWay: count,
  }),
  /** By verb and table, most first. */
  shapes: z.array(
    z.strictObject({
      shape: z.string(),
      count,
      failed: count,
      /** From the last byte of a request to the last of its answer, the added latency included. */
      totalMs: ms,
      p50Ms: ms,
      p90Ms: ms,
      p99Ms: ms,
      maxMs: ms,
    }),
  ),
  bytes: z.strictObject({ toDatabase: count, fromDatabase: count }),
  /** How long requests were really held; null where no latency is added, or nothing has come. */
  held: z.strictObject({ count, p50Ms: ms, p90Ms: ms, p99Ms: ms, maxMs: ms }).nullable(),
})

export type ProxyStats = z.infer<typeof proxyStatsSchema>
