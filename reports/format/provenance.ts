import type { BenchResult, ResultFlags, ScenarioResult } from '../result-schema.ts'
import { formatCount, formatQuantity } from './number.ts'

/** `batchWrites, atomicLog=concat, parallelUploads=3`; `none` for tier 0. */
export function formatFlags(flags: ResultFlags): string {
  const on = Object.entries(flags).flatMap(([name, value]) => {
    if (value === false || value === 1) return []
    return value === true ? [name] : [`${name}=${value}`]
  })
  return on.length > 0 ? on.join(', ') : 'none'
}

/** `3ede0a4c2f64 (with uncommitted changes)`. */
export function formatCommit(result: {
  readonly environment: Pick<BenchResult['environment'], 'git'>
}): string {
  const { git } = result.environment
  if (git === null) return 'not in a git checkout'
  return `${git.commit.slice(0, 12)}${git.dirty ? ' (with uncommitted changes)' : ''}`
}

/** `2026-11-24 05:40 UTC`; the result's own text where it cannot be read so. */
export function formatStart(result: Pick<BenchResult, 'startedAt'>): string {
  const at = new Date(result.startedAt)
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `6 uploads (generated, 4,800 words), seed 7`. */
export function formatWorkload(scenario: ScenarioResult): string {
  const { source, files, words } = scenario.uploads
  return `${formatQuantity(files, 'upload')} (${source}, ${formatCount(words)} words), seed ${scenario.seed}`
}

/** `7`, or `7, 8` where scenarios differ. */
export function formatSeeds(result: BenchResult): string {
  return [...new Set(result.scenarios.map((scenario) => scenario.seed))].join(', ')
}
