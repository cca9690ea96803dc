import type { DatabaseServer } from '../../environment/index.ts'
import { copySources } from '../../patched-sources/index.ts'
import { UsageError } from '../../run/index.ts'
import {
  baseSide,
  costSentence,
  headSide,
  measureCosts,
  STATISTICAL_METRIC_NAMES,
  type StatisticalMetricName,
  type Thresholds,
} from '../statistics/index.ts'
import type { PlantedRegression } from './planted-regression.ts'
import type { PlantedResult, PlantedVerdict } from './run-planted.ts'

/** Of the order of turns and of the resampling. */
const SEED = 1

export interface PlantedCostSetting {
  readonly server: DatabaseServer
  readonly thresholds: Thresholds
  readonly signal: AbortSignal
  onResult(result: PlantedResult): void
  /** Told how many pairs of processes have been taken. */
  log(line: string): void
}

/** Has the statistical gate compare each planted regression, in a copy of the sources, with the sources as they are. */
export async function runPlantedCosts(
  all: readonly PlantedRegression[],
  setting: PlantedCostSetting,
): Promise<PlantedResult[]> {
  const results: PlantedResult[] = []
  for (const planted of all) {
    const result = { planted, verdict: await plant(planted, setting) }
    results.push(result)
    setting.onResult(result)
  }
  return results
}

async function plant(
  { name, file, metric, where }: PlantedRegression,
  { server, thresholds, signal, log }: PlantedCostSetting,
): Promise<PlantedVerdict> {
  if (!isMetric(metric)) return { state: 'broken', reason: `there is no statistical metric "${metric}"` }
  const copy = await copySources()
  try {
    const refused = await copy.apply(file)
    if (refused !== undefined) return { state: 'not applied', reason: refused }
    const { verdicts } = await measureCosts({
      base: headSide(server),
      // A base is what lies in another folder: here it is the head that does.
      head: await baseSide(name, copy.root, server),
      thresholds: onlyOf(thresholds, metric),
      seed: SEED,
      signal,
      log: (line) => log(`${name}: ${line}`),
    })
    const found = verdicts.find((one) => one.metric === metric)
    if (!found) return { state: 'broken', reason: `the gate gave no verdict on "${metric}"` }
    const sentence = costSentence(found)
    if (found.verdict !== 'REGRESSED') {
      return { state: 'missed', regressed: [], said: `${found.verdict} ${sentence}` }
    }
    return sentence.includes(where)
      ? { state: 'caught', sentence }
      : { state: 'wrong place', reasons: [sentence] }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UsageError) return { state: 'broken', reason: error.message }
    throw error
  } finally {
    await copy.remove()
  }
}

function isMetric(name: string): name is StatisticalMetricName {
  return STATISTICAL_METRIC_NAMES.some((one) => one === name)
}

/** The others may become as bad as they like: no pairs are taken for them. */
function onlyOf(thresholds: Thresholds, metric: StatisticalMetricName): Thresholds {
  const others = STATISTICAL_METRIC_NAMES.map((name) => [name, Number.POSITIVE_INFINITY])
  return { ...(Object.fromEntries(others) as Thresholds), [metric]: thresholds[metric] }
}
