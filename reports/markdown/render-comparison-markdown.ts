import type { Comparison } from '../analysis/comparison.ts'
import { comparisonTables, letterOf } from '../analysis/comparison-tables.ts'
import { INDEX_HEADER, type ResultIndex } from '../analysis/result-index.ts'
import { escapeMarkdown, markdownTable } from './text.ts'

/** Results side by side as GitHub-flavoured Markdown. */
export function renderComparisonMarkdown({ results, notes, scenarios }: Comparison): string {
  return blocks([
    '## tierbench: results compared',
    list(results.map(({ name, about }, index) => `${letterOf(index)}: ${name} (${about})`)),
    list(notes),
    ...scenarios.flatMap((scenario) => [
      `### ${escapeMarkdown(`${scenario.name}: ${scenario.title}`)}`,
      scenario.obstacles.map((text) => `- ❌ **Not compared: ${escapeMarkdown(text)}**`).join('\n'),
      list(scenario.notes),
      ...comparisonTables(scenario, results).flatMap(({ title, header, rows }) => [
        `#### ${escapeMarkdown(title)}`,
        markdownTable(header, rows, 'right'),
      ]),
    ]),
    '▲ better and ▼ worse than A; = the same.',
  ])
}

/** An index of results as GitHub-flavoured Markdown. */
export function renderIndexMarkdown({ results, unread, history }: ResultIndex): string {
  return blocks([
    '## tierbench: results',
    markdownTable(
      INDEX_HEADER,
      results.map(({ about }) => about),
      'left',
    ),
    list(unread),
    ...history.flatMap(({ title, header, rows, findings }) => [
      `### ${escapeMarkdown(title)}`,
      markdownTable(header, rows, 'right'),
      list(findings),
    ]),
  ])
}

function list(sentences: readonly string[]): string {
  return sentences.map((text) => `- ${escapeMarkdown(text)}`).join('\n')
}

function blocks(all: readonly string[]): string {
  return `${all.filter((block) => block !== '').join('\n\n')}\n`
}
