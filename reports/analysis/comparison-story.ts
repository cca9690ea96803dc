/** What a reader wants to know first of results that are compared: is it better or worse, and where most. */
import { formatQuantity } from '../format/number.ts'
import type { Comparison } from './comparison.ts'
import { formatChange, letterOf } from './comparison-tables.ts'

/** One result against the first. */
export interface ComparisonStory {
  readonly letter: string
  readonly name: string
  /** Figures that are compared, and how many of them are better and worse. */
  readonly compared: number
  readonly better: number
  readonly worse: number
  /** The duration end to end that changed most; null where none did. */
  readonly most: string | null
}

/** One for each result but the first. */
export function comparisonStories({ results, scenarios }: Comparison): readonly ComparisonStory[] {
  return results.slice(1).map(({ name }, at) => {
    const index = at + 1
    const figures = scenarios.flatMap((scenario) =>
      scenario.modes.flatMap(({ mode, figures: all }) =>
        all.map((figure) => ({
          ...figure,
          where: `${scenario.name}, ${mode}`,
          change: figure.changes[index] ?? null,
        })),
      ),
    )
    const compared = figures.filter(({ change }) => change !== null)
    const count = (verdict: string) => compared.filter(({ change }) => change?.verdict === verdict).length
    const [most] = compared
      .filter(({ label, change }) => label === 'duration' && change?.verdict !== 'same')
      .map((figure) => ({
        ...figure,
        share: shareOf(figure.measured[0] ?? null, figure.measured[index] ?? null),
      }))
      .sort((a, b) => b.share - a.share)
    return {
      letter: letterOf(index),
      name,
      compared: compared.length,
      better: count('better'),
      worse: count('worse'),
      most:
        most === undefined
          ? null
          : `${most.where}: ${most.values[0]} → ${most.values[index]} (${formatChange(most.change)})`,
    }
  })
}

/** The page's first sentence. */
export function comparisonHeadline(stories: readonly ComparisonStory[]): string {
  if (stories.every(({ compared }) => compared === 0)) return 'Nothing can be compared.'
  if (stories.every(({ better, worse }) => better + worse === 0)) return 'No figure changed.'
  return `${stories
    .map(({ letter, compared, better, worse }) =>
      compared === 0
        ? `${letter} cannot be compared with A`
        : `${letter} against A: ${formatQuantity(better, 'figure')} better, ${worse} worse`,
    )
    .join('; ')}.`
}

function shareOf(before: number | null, after: number | null): number {
  return before === null || after === null || before === 0 ? 0 : Math.abs(after / before - 1)
}
