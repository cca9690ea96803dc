/** The version before this one: its files lack what was added since, and nothing else. */
const MIGRATED_VERSION = 2

/**
 * A result file of the schema version before, with what has been added since left empty: limits, what a wait
 * belongs to, transactions, ablation and scaling. What is of no such version comes back as it is.
 */
export function migrateResult(json: object): object {
  if (!('schemaVersion' in json) || json.schemaVersion !== MIGRATED_VERSION) return json
  return {
    ...json,
    schemaVersion: 3,
    ...changed(json, 'scenarios', (scenario) => ({
      ...scenario,
      ...changed(scenario, 'modes', migrateMode),
      ...changed(scenario, 'variants', migrateMode),
      ablation: null,
      scaling: [],
    })),
  }
}

function migrateMode(mode: object): object {
  return {
    ...mode,
    ...changed(mode, 'repetitions', (repetition) => ({
      ...repetition,
      ...changed(repetition, 'waits', (wait) => ({ ...wait, item: null })),
      ...changed(repetition, 'roundTrips', (group) => ({ ...group, inTransaction: null })),
      transactions: [],
      limits: [],
    })),
  }
}

/** The list under `key` with each object of it changed; what is no list of objects is left for the schema to refuse. */
function changed(of: object, key: string, change: (each: object) => object): object {
  const list = (of as Record<string, unknown>)[key]
  if (!Array.isArray(list)) return {}
  return {
    [key]: list.map((each) => (typeof each === 'object' && each !== null ? change(each) : each)),
  }
}
