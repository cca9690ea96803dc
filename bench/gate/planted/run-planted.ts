import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copySources } from '../../patched-sources/index.ts'
import type { GateOutcome } from '../compare.ts'
import type { PlantedRegression } from './planted-regression.ts'

/** What the gate said of a planted regression. */
export type PlantedVerdict =
  /** The metric regressed, and its explanation names the place. */
  | { readonly state: 'caught'; readonly sentence: string }
  /** The metric regressed, and its explanation names another place. */
  | { readonly state: 'wrong place'; readonly reasons: readonly string[] }
  /** The metric did not regress; others may have. `said` is what the gate says of it, where it says something. */
  | { readonly state: 'missed'; readonly regressed: readonly string[]; readonly said?: string }
  /** The sources have changed since the patch was made. */
  | { readonly state: 'not applied'; readonly reason: string }
  /** The gate came to no verdict. */
  | { readonly state: 'broken'; readonly reason: string }

export interface PlantedResult {
  readonly planted: PlantedRegression
  readonly verdict: PlantedVerdict
}

/**
 * Measures the sources as they are, then each planted regression in a copy of them, and has the exact gate
 * compare.
 */
export async function runPlanted(
  all: readonly PlantedRegression[],
  signal: AbortSignal,
  onResult: (result: PlantedResult) => void,
): Promise<PlantedResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tierbench-planted-'))
  try {
    const baseline = join(folder, 'baseline.json')
    const scenarios = [...new Set(all.map(({ scenario }) => scenario))]
    const clean = await copySources()
    try {
      const measured = await gate(
        clean.root,
        ['--scenario', scenarios.join(','), '--figures', baseline],
        signal,
      )
      if (measured.code !== 0)
        throw new Error(`the sources as they are could not be measured: ${measured.said}`)
    } finally {
      await clean.remove()
    }
    const results: PlantedResult[] = []
    for (const planted of all) {
      const verdict = await plant(planted, baseline, join(folder, planted.name), signal)
      const result = { planted, verdict }
      results.push(result)
      onResult(result)
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function plant(
  { file, scenario, mode, metric, where }: PlantedRegression,
  baseline: string,
  out: string,
  signal: AbortSignal,
): Promise<PlantedVerdict> {
  const copy = await copySources()
  try {
    const refused = await copy.apply(file)
    if (refused !== undefined) return { state: 'not applied', reason: refused }
    const args = ['--scenario', scenario, '--baseline', baseline, '--out', out]
    const { code, said } = await gate(copy.root, args, signal)
    if (code !== 0 && code !== 1) return { state: 'broken', reason: said }
    const outcome = await readFile(join(out, 'gate.json'), 'utf8').then(
      (text) => JSON.parse(text) as GateOutcome,
      () => undefined,
    )
    if (!outcome) return { state: 'broken', reason: said }
    const regressed = outcome.comparisons.filter(({ verdict }) => verdict === 'regressed')
    const found = regressed.find((one) => one.metric === metric && one.mode === mode)
    if (!found) {
      return { state: 'missed', regressed: regressed.map((one) => `${one.mode} ${one.metric}`) }
    }
    const sentence = found.reasons.find((reason) => reason.includes(where))
    return sentence === undefined
      ? { state: 'wrong place', reasons: found.reasons }
      : { state: 'caught', sentence }
  } finally {
    await copy.remove()
  }
}

function gate(
  root: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'bench/cli/gate.ts', ...args],
      { cwd: root, signal, maxBuffer: 64 * 2 ** 20 },
      (error, _stdout, stderr) => {
        if (signal.aborted) return reject(signal.reason)
        const code = error ? Number((error as { code?: number | string }).code ?? -1) : 0
        const lines = stderr.trim().split('\n')
        resolve({ code, said: lines.find((line) => line.startsWith('tierbench: ')) ?? lines.at(-1) ?? '' })
      },
    )
  })
}
