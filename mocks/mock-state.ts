import { createFaultSchedule, type FaultSchedule } from './faults/index.ts'
import { createJournal, type JournalWriter } from './journal.ts'
import { concurrencyUse, type LimitUse } from './limits/limit-use.ts'
import { createSpendMeter } from './limits/spend-cap.ts'
import { modelClass } from './models.ts'
import type { ResolvedOptions } from './options.ts'
import { createPromptCache, type PromptCache } from './prompt-cache.ts'
import { randomAbout } from './random.ts'
import { type Concurrency, createRateLimiter, type RateLimiter } from './rate-limits.ts'

/** How full a bucket is; may be negative. */
export interface BucketLevel {
  readonly modelClass: string
  readonly limit: string
  readonly level: number
}

/** What the endpoints of one mock share. */
export interface MockState {
  readonly options: ResolvedOptions
  readonly journal: JournalWriter
  readonly faults: FaultSchedule
  readonly organizationId: string
  readonly promptCache: PromptCache
  /** The limiter of the model's class. */
  limiter(model: string): RateLimiter
  /** What is left in the buckets of all model classes that were asked for. */
  bucketLevels(): readonly BucketLevel[]
  /** Requests that were let in and are not answered yet, over all models. */
  readonly underWay: number
  /** When the mock was made, ms of its clock. */
  readonly startedMs: number
}

export function createMockState(options: ResolvedOptions): MockState {
  const limiters = new Map<string, RateLimiter>()
  const limiterOfModel = new Map<string, RateLimiter>()
  const concurrency: Concurrency = { underWay: 0 }
  const spendCap = options.limits.spendCap
  const spend = spendCap && createSpendMeter(spendCap, options.clock.now())
  const limitsUsed = (): LimitUse[] => [
    ...concurrencyUse(options.limits.concurrentRequests, concurrency.peak ?? 0),
    ...Array.from(limiters, ([modelClass, limiter]) =>
      limiter.use(options.clock.now()).map((use) => ({ modelClass, ...use })),
    ).flat(),
  ]
  return {
    options,
    journal: createJournal(
      { bodies: options.journalLimit, bodyBytes: options.journalBytes, entries: options.journalEntries },
      limitsUsed,
    ),
    faults: createFaultSchedule(options.faults, options.seed),
    organizationId: organizationIdOf(options.seed),
    startedMs: options.clock.now(),
    promptCache: createPromptCache(),
    limiter(model) {
      const known = limiterOfModel.get(model)
      if (known !== undefined) return known
      const key = modelClass(model)
      let limiter = limiters.get(key)
      if (limiter === undefined) {
        limiter = createRateLimiter(options.limits, concurrency, options.clock.now(), spend)
        limiters.set(key, limiter)
      }
      // No more than the models that there are: others have been refused.
      limiterOfModel.set(model, limiter)
      return limiter
    },
    get underWay() {
      return concurrency.underWay
    },
    bucketLevels: () =>
      Array.from(limiters, ([modelClass, limiter]) =>
        limiter.levels(options.clock.now()).map((each) => ({ modelClass, ...each })),
      ).flat(),
  }
}

function organizationIdOf(seed: number): string {
  const random = randomAbout('organization', seed)
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => random.int(0, 15).toString(16))
}
