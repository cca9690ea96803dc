/** How message batches are processed: a model, since the API documents only that most end within an hour. */
export interface BatchProcessing {
  /** Ms from the creation of a batch to the start of its first requests. */
  readonly queueMs: number
  /** Ms for one request (the median). */
  readonly itemMs: number
  /** Sigma of the lognormal jitter of `itemMs`; 0 for none. */
  readonly sigma: number
  /** How many requests of a batch are processed at once. */
  readonly parallel: number
}

export const STANDARD_BATCH_PROCESSING = {
  queueMs: 60_000,
  itemMs: 10_000,
  sigma: 0.5,
  parallel: 100,
} as const satisfies BatchProcessing

/** A batch that has not ended by then expires. */
export const BATCH_LIFE_MS = 24 * 3_600_000
/** From then on its results are archived. */
export const RESULTS_LIFE_MS = 29 * 24 * 3_600_000
/** The least time from the cancelling of a batch to its end. */
export const CANCEL_MS = 1_000
