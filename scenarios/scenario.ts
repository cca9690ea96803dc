/**
 * What a scenario is: a workload, and the world it runs in. Data only, so that a scenario can be read,
 * hashed and compared.
 */

/** Token-bucket limits of an API key; a limit that is absent does not exist. */
export interface ScenarioLimits {
  readonly requestsPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
  /** Input and output together, as the API counted before it had separate buckets. */
  readonly tokensPerMinute?: number
  /** More requests than this under way at once are answered with 429. */
  readonly concurrentRequests?: number
}

/** Latency of one call: time to first token, then tokens at a rate, each with lognormal jitter. */
export interface ScenarioLatency {
  /** Constant part of the time to first token, ms (the median). */
  readonly firstTokenMs: number
  /** Part of the time to first token for each 1,000 input tokens, ms. */
  readonly perThousandInputTokensMs: number
  /** Output tokens per second (the median). */
  readonly tokensPerSecond: number
  /** Sigma of the lognormal jitter; 0 for none. */
  readonly sigma: number
}

/** An answer that the mock gives instead of the real one, by schedule. */
export interface ScenarioFault {
  /** The nth request that reaches the API, from 1. */
  readonly nthRequest: number
  readonly status: 429 | 500 | 529
  /** Seconds, for a 429. @default none sent */
  readonly retryAfterSeconds?: number
}

/**
 * One of the modes with other flags, run beside the modes to show what a flag is there for. It may fail where
 * the modes may not: that is then what it shows.
 */
export interface ScenarioVariant {
  /** Short, unique in the scenario, and no mode's name. */
  readonly name: string
  /** The mode that it differs from, and beside which it is shown. */
  readonly of: 'sequential' | 'batched' | 'safe' | 'parallel'
  /** The flags that differ, in the form that `--flags` takes. */
  readonly flags: string
  /** One sentence: what is different. */
  readonly description: string
}

export interface Scenario {
  /** Kebab-case, unique: what `--scenario` takes. */
  readonly name: string
  readonly title: string
  /** One or two sentences: what it stands for. */
  readonly description: string
  /** Whether it is large enough, and free enough of faults and short budgets, to judge the plan's claims by. */
  readonly judgesPlan: boolean
  readonly workload: {
    /** Input documents. With `--uploads DIR` the user's own take their place. */
    readonly uploads: number
    /** Length of a generated document, words. */
    readonly wordsPerUpload: number
    readonly cardsPerUpload: number
    readonly cardsPerEpic: number
    readonly storiesPerEpic: number
    readonly subtasksPerStory: number
  }
  readonly database: {
    /** Modelled network time of one round trip, ms. */
    readonly roundTripMs: number
    /**
     * Modelled time of the statements themselves: as calibrated on a real server, or none, so that only
     * round trips count. Real time has the server's own.
     */
    readonly serverTimes: 'none' | 'calibrated'
    /** Connections in the pool. */
    readonly poolSize: number
  }
  readonly claude: {
    readonly model: string
    readonly latency: ScenarioLatency
    readonly limits: ScenarioLimits
    readonly faults: readonly ScenarioFault[]
  }
  readonly engine: {
    readonly pacing: 'safe' | 'normal' | 'fast'
    /** Time budget of one invocation of process-next, ms. */
    readonly budgetMs: number
    /** What `parallel` mode (tier 3) sets its two concurrency flags to. */
    readonly parallelUploads: number
    readonly parallelEpics: number
  }
  /** Run beside the modes when all of them are. Most scenarios have none. */
  readonly variants: readonly ScenarioVariant[]
}
