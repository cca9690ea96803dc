import Table from 'cli-table3'
import { adviceSentences } from './advice-sentences.ts'
import { CONFIDENCE_NOTE, sideText, verdictText } from './hazard-sentences.ts'
import type { VerifyResult } from './verify-schema.ts'

/** The verdict as text: the table, the reasons, the real checks, the advice. */
export function renderVerifyTerminal(result: VerifyResult): string {
  const table = new Table({
    head: ['', 'hazard', 'flags off', `Tier ${result.tier}`, ''],
    colWidths: [5, 38, 24, 30, 18],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const hazard of result.hazards) {
    table.push([hazard.id, hazard.title, sideText(hazard.off), sideText(hazard.on), verdictText(hazard)])
  }
  const { rollOut, reasons } = result.verdict
  return [
    table.toString(),
    CONFIDENCE_NOTE,
    ...(result.real ?? []).map(({ name, state, detail }) => `${state}: ${name}: ${detail}`),
    '',
    `Tier ${result.tier}: ${rollOut ? 'ROLL OUT' : 'DO NOT ROLL OUT'}`,
    ...reasons.map((reason) => `- ${reason}`),
    '',
    ...adviceSentences(result),
  ].join('\n')
}
