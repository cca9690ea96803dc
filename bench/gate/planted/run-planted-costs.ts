import type { DatabaseServer } from '../../environment/index.ts'
import { copySources } from '../../patched-sources/index.ts'
import { UsageError } from '../../run/index.ts'
import { baseSide, costSentence, headSide, measureCosts, type Thresholds } from '../statistics/index.ts'
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
  const copy = await copySources()
  try {
    const refused = await copy.apply(file)
    if (refused !== undefined) return { state: 'not applied', reason: refused }
    const { verdicts } = await measureCosts({
      base: headSide(server),
      // A base is what lies in another folder: here it is the head that does.
      head: await baseSide(name, copy.root, server),
      thresholds,
      seed: SEED,
      signal,
      log: (line) => log(`${name}: ${line}`),
    })
    const found = verdicts.find((one) => one.metric === metric)
    if (!found) return { state: 'broken', reason: `there is no statistical metric "${metric}"` }
    const sentence = costSentence(found)
    if (found.verdict !== 'REGRESSED') {
      const regressed = verdicts.filter(({ verdict }) => verdict === 'REGRESSED')
      const said = `${found.verdict} ${sentence}`
      return { state: 'missed', regressed: regressed.map((one) => one.metric), said }
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
