import Table from 'cli-table3'
import { formatDuration } from '../../../reports/index.ts'
import type { ExamineSetting } from './examine.ts'
import type { Mutant } from './mutant.ts'
import { isAsExpected, type MutantResult } from './verify-mutants.ts'

/** Caught in fewer of the sample than this share: a change of the schedules could lose it. */
const THIN = 0.1

const HEADER = ['mutant', 'hazard', 'tier', 'caught', 'of the sample', 'took'] as const

/** The result as a table, with what it comes to below. */
export function renderMutants(
  results: readonly MutantResult[],
  setting: Pick<ExamineSetting, 'sample'>,
): string {
  const table = new Table({ head: [...HEADER], style: { head: [], border: [], compact: true } })
  for (const result of results) table.push(rowOf(result, setting.sample))
  const wrong = results.filter((result) => !isAsExpected(result))
  const mutants = results.filter(({ mutant }) => mutant)
  const caught = mutants.filter(({ verdict }) => verdict.state === 'caught').length
  return [
    table.toString(),
    ...wrong.map(explain),
    `${caught} of ${mutants.length} mutants were caught by the hazard that they belong to; ${wrong.some(({ mutant }) => !mutant) ? 'the engine as it is did not pass' : 'the engine as it is passes'}.`,
  ].join('\n')
}

function rowOf({ mutant, hazard, tier, verdict }: MutantResult, sample: number): string[] {
  const name = mutant?.name ?? '(the engine as it is)'
  if (verdict.state === 'not-applied') return [name, hazard, String(tier), 'does not apply', '', '']
  const { examination } = verdict
  const inSample = examination.violated.filter((number) => number <= sample).length
  const share = inSample / Math.min(sample, examination.schedules)
  const thin = verdict.state === 'caught' && share < THIN ? ', thinly' : ''
  const caught = {
    caught: verdict.state === 'caught' ? `in schedule ${verdict.first}${thin}` : '',
    missed: `in none of ${examination.schedules}`,
    crashed: 'crashed',
  }[verdict.state]
  const of = `${inSample} of ${Math.min(sample, examination.schedules)}`
  return [name, hazard, String(tier), caught, of, formatDuration(examination.wallMs)]
}

function explain({ mutant, hazard, tier, verdict }: MutantResult): string {
  const who = mutant?.name ?? `the engine as it is, ${hazard} under Tier ${tier}`
  switch (verdict.state) {
    case 'caught':
      return `${who}: violated in schedule ${verdict.first}: ${verdict.examination.invariants.join('; ')}`
    case 'missed':
      return `${who}: expected ${hazard} to be violated under Tier ${tier}, and it was in none of ${verdict.examination.schedules} schedules`
    case 'crashed':
      return `${who}: expected ${mutant ? 'the hazard to be seen' : 'all schedules to pass'}, got a crash: ${verdict.reason}`
    case 'not-applied':
      return `${who}: the patch does not apply: ${verdict.reason}`
  }
}

/** The mutants of a result in Markdown, with what they break: as docs/verify.md has them. */
export function renderMutantsMarkdown(
  results: readonly MutantResult[],
  { sample }: Pick<ExamineSetting, 'sample'>,
): string {
  const rows = results.flatMap(({ mutant, verdict }) => {
    if (!mutant) return []
    const { name, hazard, tier, breaks } = mutant
    if (verdict.state !== 'caught')
      return [`| \`${name}\` | ${hazard} | ${tier} | ${breaks} | ${verdict.state} | |`]
    const inSample = verdict.examination.violated.filter((number) => number <= sample).length
    return [`| \`${name}\` | ${hazard} | ${tier} | ${breaks} | ${verdict.first} | ${inSample} |`]
  })
  return [
    `| mutant | hazard | tier | breaks | first caught by | of ${sample} |`,
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

/** The mutants and what they break. */
export function renderMutantList(mutants: readonly Mutant[]): string {
  const table = new Table({
    head: ['mutant', 'hazard', 'tier', 'breaks'],
    style: { head: [], border: [], compact: true },
  })
  for (const { name, hazard, tier, breaks } of mutants) table.push([name, hazard, String(tier), breaks])
  return table.toString()
}
