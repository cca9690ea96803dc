import { z } from 'zod'

/** A metric that has noise: it is compared by samples, never by a single value. */
export interface StatisticalMetric {
  readonly label: string
  readonly unit: 'ms' | 'bytes'
}

/**
 * What samplers measure. A batch is one run of the pipeline without and one with all optimisations, whose
 * calls are answered from memory; statements are on the real database, without a modelled round trip.
 */
export const STATISTICAL_METRICS = {
  cpu: { label: 'CPU time of a batch', unit: 'ms' },
  wall: { label: 'wall time of a batch', unit: 'ms' },
  allocated: { label: 'allocations of a batch', unit: 'bytes' },
  peak: { label: 'peak heap of a batch', unit: 'bytes' },
  retained: { label: 'heap after collection', unit: 'bytes' },
  createMany: { label: 'createMany of 50 rows', unit: 'ms' },
  logConcat: { label: 'log line by concatenation', unit: 'ms' },
  claim: { label: 'claim by compare-and-swap', unit: 'ms' },
  transaction: { label: 'transaction of two updates', unit: 'ms' },
} as const satisfies Readonly<Record<string, StatisticalMetric>>

export type StatisticalMetricName = keyof typeof STATISTICAL_METRICS
export const STATISTICAL_METRIC_NAMES = Object.keys(STATISTICAL_METRICS) as readonly StatisticalMetricName[]

/** How much worse each may become, as a share of the base: 0.03 is 3 %. */
export type Thresholds = { readonly [M in StatisticalMetricName]: number }

export const thresholdsSchema: z.ZodType<Thresholds> = z.strictObject(
  Object.fromEntries(STATISTICAL_METRIC_NAMES.map((name) => [name, z.number().positive()])) as {
    [M in StatisticalMetricName]: z.ZodNumber
  },
)
