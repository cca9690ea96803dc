import { formatCommit } from '../format/provenance.ts'
import type { ScenarioResult } from '../result-schema.ts'
import type { NamedResult } from './named-result.ts'

/** More differences than these are a count. */
const MOST_SHOWN = 4

/** What differs in the definitions of two scenarios, e.g. `workload.uploads 6 and 12`. */
export function definitionDifferences(base: ScenarioResult, other: ScenarioResult): string {
  const [one, two] = [leaves(base.definition), leaves(other.definition)]
  const paths = [...new Set([...one.keys(), ...two.keys()])].filter((path) => one.get(path) !== two.get(path))
  if (paths.length === 0) return `other documents (${base.uploads.source} and ${other.uploads.source})`
  const shown = paths
    .slice(0, MOST_SHOWN)
    .map((path) => `${path} ${one.get(path) ?? 'not set'} and ${two.get(path) ?? 'not set'}`)
  const more = paths.length > MOST_SHOWN ? [`${paths.length - MOST_SHOWN} more`] : []
  return [...shown, ...more].join(', ')
}

/** Values at the ends of an object's paths, as text. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null)
    return new Map([[path, JSON.stringify(value) ?? 'not set']])
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, path === '' ? key : `${path}.${key}`)]),
  )
}

/** What differs in where the results come from, one sentence each. */
export function environmentDifferences(named: readonly NamedResult[]): readonly string[] {
  const differ = (what: string, of: (result: NamedResult['result']) => string) => {
    const values = [...new Set(named.map(({ result }) => of(result)))]
    return values.length > 1 ? [`${what}: ${values.join(' / ')}.`] : []
  }
  const packages = [...new Set(named.flatMap(({ result }) => Object.keys(result.environment.packages)))]
  return [
    ...differ('tierbench', (result) => result.tierbench),
    ...differ('Commit', formatCommit),
    ...differ('Clock', (result) => result.clock),
    ...differ('Node', (result) => result.environment.node),
    ...differ('Operating system', (result) => result.environment.os),
    ...differ('CPU', ({ environment }) => `${environment.cpu}, ${environment.cores} cores`),
    ...differ(
      'PostgreSQL',
      ({ environment }) => `${environment.database.version} (${environment.database.source})`,
    ),
    ...packages.flatMap((name) => differ(name, (result) => result.environment.packages[name] ?? 'none')),
  ]
}
