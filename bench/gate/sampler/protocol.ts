/** An answer of the mock, as the gate's process gives it to a sampler. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** What a sampler is started with. */
export interface SamplerSetting {
  readonly databaseUrl: string
  readonly uploads: readonly { readonly filename: string; readonly content: string }[]
  /** Runs before the first that is measured. */
  readonly warmUpRuns: number
  /** Burns so much more CPU time in the path of each run, as a share of its own: for the gate's power. 0 is none. */
  readonly burn: number
}

/** What the gate's process asks of a sampler. */
export type SamplerRequest =
  | { readonly type: 'start'; readonly setting: SamplerSetting }
  | { readonly type: 'answer'; readonly question: number; readonly answer: StoredAnswer }
  | { readonly type: 'batch' }
  | { readonly type: 'statements' }
  | { readonly type: 'profile' }
  | { readonly type: 'end' }

/** What one batch took. */
export interface BatchFigures {
  /** User and system time of the whole process, ms. */
  readonly cpuMs: number
  readonly wallMs: number
  /** V8's heap in use at its largest, before a collection or at the end, bytes. */
  readonly peakBytes: number
}

/** What a sampler's whole life took. */
export interface EndFigures {
  /** V8's heap, allocated in a batch, bytes. */
  readonly allocatedBytes: number
  /** V8's heap and the buffers it holds, after a full collection at the end, bytes. */
  readonly retainedBytes: number
}

/** What a function takes by itself, without those it calls, in one batch. */
export interface FunctionCosts {
  /** File and function. */
  readonly place: string
  readonly cpuMs: number
  readonly allocatedBytes: number
  /** Allocated in a batch, and still held after a collection. */
  readonly retainedBytes: number
}

/** What a sampler says. */
export type SamplerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'question'; readonly question: number; readonly body: string }
  | { readonly type: 'batch'; readonly figures: BatchFigures }
  | { readonly type: 'statements'; readonly wallMs: Readonly<Record<string, number>> }
  | { readonly type: 'profile'; readonly functions: readonly FunctionCosts[] }
  | { readonly type: 'end'; readonly figures: EndFigures }
  | { readonly type: 'failed'; readonly reason: string }
