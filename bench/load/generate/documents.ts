import type { Flags } from '../../../engine/index.ts'
import type { Scenario } from '../../../scenarios/index.ts'
import { generateDocuments } from '../../run/index.ts'
import type { Arrival } from '../arrivals/index.ts'

/** Different users have different documents; more than so many would cost the generator time. */
const VARIANTS = 16

/**
 * Bodies of POST /runs for a load, made before it begins.
 * @param flags Those that each run is created with; undefined leaves it to the service.
 * @returns of the nth run; one with `words` has documents of as many
 */
export function prepareBodies(
  scenario: Scenario,
  seed: number,
  flags: Flags | undefined,
): (arrival: Arrival, n: number) => string {
  const variants = Array.from({ length: VARIANTS }, (_, n) => generateDocuments(scenario, seed + n).uploads)
  const chosen = flags === undefined ? {} : { flags }
  const whole = variants.map((uploads) => JSON.stringify({ uploads, ...chosen }))
  const words = variants.map((uploads) => uploads.map(({ content }) => content.split(' ')))
  return (arrival, n) => {
    const index = n % VARIANTS
    if (arrival.words === undefined) return whole[index] as string
    const each = Math.max(1, Math.round(arrival.words / scenario.workload.uploads))
    const uploads = (variants[index] ?? []).map(({ filename }, upload) => ({
      filename,
      content: repeated(words[index]?.[upload] ?? [], each),
    }))
    return JSON.stringify({ uploads, ...chosen })
  }
}

/** So many words, those of a document over and over. */
function repeated(words: readonly string[], count: number): string {
  const times = Math.ceil(count / words.length)
  return Array.from({ length: times }, () => words)
    .flat()
    .slice(0, count)
    .join(' ')
}
