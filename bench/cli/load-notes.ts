import type { LoadPlan } from '../load/index.ts'
import type { LoadOptions } from './load-options.ts'

/** What is scaled, modelled, or not measured, one sentence each: every report of a load shows it. */
export function loadNotes({ plan: { timeScale, target, limits, faults } }: LoadOptions): string[] {
  return [
    ...(timeScale === 1
      ? []
      : [
          `Time scale ${timeScale}: arrivals, latencies and limits of the mock, pacing, backoff, leases and budget of the engine run ${timeScale} times as fast as in production, and times and rates are given as of production. PostgreSQL, the network and the CPU are not scaled: they weigh ${timeScale} times as much as they would, so that a limit that they set is lower than in production.`,
        ]),
    'Latency is counted from when a run was meant to start, and of later requests from when they were sent.',
    'Claude: a mock answers, with modelled latency, token counts and rate limits. No model writes the content.',
    target.kind === 'own'
      ? 'Clients, engine, mock and PostgreSQL share this machine: its cores are the limit of all of them together.'
      : 'What the target runs on, and in which time, is not known here: its mock must have the same time scale.',
    ...(target.kind === 'own' ? [limitsNote(limits), faultsNote(faults)] : []),
  ]
}

function limitsNote(limits: LoadPlan['limits']): string {
  const list = Object.entries(limits).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return list.length > 0 ? `Limits of the mock: ${list.join(', ')}.` : 'The mock has no limits.'
}

function faultsNote(faults: LoadPlan['faults']): string {
  if (faults.length === 0) return 'The mock injects no faults.'
  return `Faults that the mock injects: ${faults.map((fault) => JSON.stringify(fault)).join(', ')}.`
}
