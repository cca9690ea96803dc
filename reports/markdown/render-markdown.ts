import { companionSentences } from '../analysis/companion-sentences.ts'
import { curveTables } from '../analysis/curve-tables.ts'
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { resultFigures, type ScenarioFigures } from '../analysis/result-figures.ts'
import { SUMMARY_FIGURES } from '../analysis/summary-figures.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCommit, formatStart, formatWorkload } from '../format/provenance.ts'
import { simulatedFaster } from '../format/simulated.ts'
import type { Companions } from '../html/render-html.tsx'
import type { BenchResult } from '../result-schema.ts'
import { codeBlock, escapeMarkdown, markdownTable } from './text.ts'

/** The result as GitHub-flavoured Markdown, for the summary of a CI job. */
export function renderMarkdown(result: BenchResult, companions: Companions = {}): string {
  const figures = resultFigures(result)
  const { environment } = result
  return `${[
    '## tierbench: what each tier gains',
    escapeMarkdown(
      `Times are of the ${figures.clock}${simulatedFaster(figures)} (real time to run: ${formatDuration(result.wallMs)}). ` +
        `${formatStart(result)}, commit ${formatCommit(result)}, Node ${environment.node}, ` +
        `PostgreSQL ${environment.database.version} (${environment.database.source}).`,
    ),
    companionSentences(companions)
      .map(({ state, text }) => `- ${state === 'good' ? '✅' : '❌'} ${escapeMarkdown(text)}`)
      .join('\n'),
    ...figures.scenarios.flatMap((scenario) => scenarioBlocks(scenario, figures.clock)),
    '### What is modelled, not measured',
    result.modelled.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n'),
    '### To repeat it',
    codeBlock(result.command),
  ]
    .filter((block) => block !== '')
    .join('\n\n')}\n`
}

function scenarioBlocks(figures: ScenarioFigures, clock: string): readonly string[] {
  const { scenario, modes, variants, claims, verdicts, problems, held, notes } = figures
  return [
    `### ${escapeMarkdown(`${scenario.name}: ${scenario.title}`)}`,
    escapeMarkdown(`${scenario.description} ${formatWorkload(scenario)}; ${clock}.`),
    problems.map((problem) => `- ❌ **${escapeMarkdown(problem)}**`).join('\n'),
    summaryTable(modes),
    notes.map(escapeMarkdown).join(' '),
    list(verdicts.map(({ text }) => text)),
    ...(claims.length > 0 ? claimBlocks(claims) : []),
    ...variants.flatMap((group) => [
      '#### The same with other flags',
      group.descriptions.map(escapeMarkdown).join(' '),
      summaryTable(group.columns),
      list(group.findings),
    ]),
    ...curveTables(scenario).flatMap(({ title, intro, header, rows, findings }) => [
      `#### ${escapeMarkdown(title)}`,
      escapeMarkdown(intro),
      markdownTable(header, rows, 'right'),
      list(findings),
    ]),
    ...(held.length > 0 ? ['#### Checks', list(held.map((text) => `✓ ${text}`))] : []),
  ]
}

/** Figures are rows: there are more of them than modes. */
function summaryTable(modes: readonly ModeFigures[]): string {
  return markdownTable(
    ['mode', ...modes.map(({ mode }) => mode)],
    SUMMARY_FIGURES.map((figure) => [figure.label, ...modes.map(figure.text)]),
    'right',
  )
}

function list(sentences: readonly string[]): string {
  return sentences.map((text) => `- ${escapeMarkdown(text)}`).join('\n')
}

function claimBlocks(claims: ScenarioFigures['claims']): readonly string[] {
  return [
    '<details><summary>The plan’s claims against the measurement</summary>',
    markdownTable(
      ['claim', 'where', 'measured for it', 'expected', 'measured', 'verdict'],
      claims.map((claim) => [
        claim.claim,
        claim.source,
        claim.subject,
        claim.expected,
        claim.measured,
        claim.verdict,
      ]),
      'left',
    ),
    '</details>',
  ]
}
