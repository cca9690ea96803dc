import { z } from 'zod'
import { type BatchProcessing, STANDARD_BATCH_PROCESSING } from './batches/batch-processing.ts'
import { type ContentHandler, generateContent } from './content/index.ts'
import { type Fault, faultsSchema } from './faults/index.ts'
import type { LatencyProfile } from './latency.ts'
import { KNOWN_MODELS } from './models.ts'
import type { Clock } from './ports.ts'
import { problemLine } from './problem-line.ts'
import type { RateLimits } from './rate-limits.ts'
import { MOST_TIME_SCALE } from './scaled-clock.ts'

export interface ClaudeMockOptions {
  readonly clock: Clock
  /**
   * The clock runs so many times as fast as the clients' (scaleClock). Limits, waits and dates that are told
   * are of the mock's time, and where a client is to wait, `retry-after-ms` says it in the clients'. @default 1
   */
  readonly timeScale?: number
  /** Content, latency and ids follow from it and from the request. */
  readonly seed: number
  readonly latency: LatencyProfile
  /** Profiles of single models, by name, in place of `latency`. @default none */
  readonly latencyByModel?: Readonly<Record<string, LatencyProfile>>
  /** One set of buckets for each model class; `concurrentRequests` counts over all of them. */
  readonly limits: RateLimits
  /** @default none */
  readonly faults?: readonly Fault[]
  /** Keys that are let in. @default any that is not empty */
  readonly apiKeys?: readonly string[]
  /** Keys that are known and get 403. @default none */
  readonly forbiddenApiKeys?: readonly string[]
  /** What is answered. @default generateContent */
  readonly content?: ContentHandler
  /** Where the API is. @default 'https://api.anthropic.com' */
  readonly baseUrl?: string
  /** Models that exist; others get 404. @default KNOWN_MODELS */
  readonly models?: readonly string[]
  /** An answer for which nothing is generated (an error, a count, a list) comes after this time, ms. @default 50 */
  readonly rejectMs?: number
  /** How many request bodies the journal keeps. @default 10000; the standalone server, which never shows them: 0 */
  readonly journalLimit?: number
  /** How many bytes of request bodies the journal keeps, at 2 a character. @default 268435456 (256 MiB) */
  readonly journalBytes?: number
  /** How many entries the journal keeps; its totals are of all attempts in any case. @default 100000 */
  readonly journalEntries?: number
  /** Requests per minute for counting tokens, which has a limit of its own. @default none */
  readonly countTokensPerMinute?: number
  /** How message batches are processed. @default STANDARD_BATCH_PROCESSING */
  readonly batches?: BatchProcessing
  /** Told when a request has been let in or refused, and when its answer is complete: limits then stand anew. @default nobody */
  readonly onAttempt?: () => void
}

export interface ResolvedOptions
  extends Required<Omit<ClaudeMockOptions, 'apiKeys' | 'countTokensPerMinute'>> {
  readonly countTokensPerMinute: number | undefined
  readonly apiKeys: readonly string[] | undefined
}

const milliseconds = z.number().min(0)
const perMinute = z.number().positive().optional()
const isFunction = (value: unknown) => typeof value === 'function'

const latencyProfile = z.strictObject({
  firstTokenMs: milliseconds,
  perThousandInputTokensMs: milliseconds,
  tokensPerSecond: z.number().positive(),
  sigma: z.number().min(0),
  tail: z
    .strictObject({
      probability: z.number().min(0).max(1),
      alpha: z.number().positive(),
      from: z.number().positive().optional(),
    })
    .optional(),
  load: z.strictObject({ freeRequests: z.int().min(0), perRequest: z.number().min(0) }).optional(),
})

const price = z.number().min(0)
const spendCap = z
  .strictObject({
    usd: z.number().positive().optional(),
    tokens: z.int().positive().optional(),
    usdPerMillionTokens: z.strictObject({ input: price, output: price }).optional(),
    windowMs: z.number().positive().optional(),
  })
  .refine((cap) => cap.usd !== undefined || cap.tokens !== undefined, 'Expected usd or tokens, got neither')
  .refine(
    (cap) => cap.usd === undefined || cap.usdPerMillionTokens !== undefined,
    'Expected usdPerMillionTokens with usd, got none',
  )

const allOptions = z.strictObject({
  clock: z.custom<Clock>(
    (value) => isFunction((value as Clock)?.now) && isFunction((value as Clock)?.sleep),
    'Expected a clock with now() and sleep()',
  ),
  timeScale: z.number().min(1).max(MOST_TIME_SCALE).default(1),
  seed: z.number(),
  latency: latencyProfile,
  latencyByModel: z.record(z.string(), latencyProfile).default({}),
  limits: z.strictObject({
    requestsPerMinute: perMinute,
    inputTokensPerMinute: perMinute,
    outputTokensPerMinute: perMinute,
    tokensPerMinute: perMinute,
    concurrentRequests: z.int().positive().optional(),
    concurrencySlack: z.int().min(0).optional(),
    burstWindowMs: z.number().positive().optional(),
    acceleration: z
      .strictObject({ factor: z.number().min(1), freeRequestsPerMinute: z.int().positive() })
      .optional(),
    spendCap: spendCap.optional(),
  }),
  faults: faultsSchema.default([]),
  apiKeys: z.array(z.string().min(1)).readonly().optional(),
  forbiddenApiKeys: z.array(z.string().min(1)).readonly().default([]),
  content: z.custom<ContentHandler>(isFunction, 'Expected a function').default(() => generateContent),
  baseUrl: z.string().min(1).default('https://api.anthropic.com'),
  models: z.array(z.string().min(1)).readonly().default(KNOWN_MODELS),
  rejectMs: milliseconds.default(50),
  journalLimit: z.int().min(0).default(10_000),
  journalBytes: z
    .int()
    .min(0)
    .default(256 * 1024 * 1024),
  journalEntries: z.int().min(1).default(100_000),
  countTokensPerMinute: perMinute,
  batches: z
    .strictObject({
      queueMs: milliseconds,
      itemMs: milliseconds,
      sigma: z.number().min(0),
      parallel: z.int().positive(),
    })
    .default(STANDARD_BATCH_PROCESSING),
  onAttempt: z.custom<() => void>(isFunction, 'Expected a function').default(() => () => {}),
})

const optionsSchema = allOptions.superRefine(({ models, latencyByModel, faults }, context) => {
  const check = (model: string | undefined, ...path: PropertyKey[]) => {
    if (model === undefined || models.includes(model)) return
    context.addIssue({ code: 'custom', path, message: `Expected a model that the mock has, got ${model}` })
  }
  for (const model of Object.keys(latencyByModel)) check(model, 'latencyByModel', model)
  for (const [index, { model }] of faults.entries()) check(model, 'faults', index, 'model')
})

/** All that is wrong with the options, on one line; undefined when nothing is. */
export function optionsProblem(options: ClaudeMockOptions): string | undefined {
  const parsed = optionsSchema.safeParse(options)
  return parsed.success ? undefined : problemLine(parsed.error)
}

/** Checks the options and fills in the defaults; throws one error that names every problem. */
export function resolveOptions(options: ClaudeMockOptions): ResolvedOptions {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    throw new Error(`Options of the Claude mock are not right: ${problemLine(parsed.error)}`)
  }
  // Zod types an absent optional as `undefined`, which exactOptionalPropertyTypes tells apart.
  return parsed.data as ResolvedOptions
}
