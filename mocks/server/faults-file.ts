import { type Fault, faultsSchema } from '../faults/index.ts'
import { problemLine } from '../problem-line.ts'
import { kindOf, readJson } from './profile-choice.ts'
import { UsageError } from './usage-error.ts'

/**
 * The faults in a JSON file that `--faults` names.
 * @param models That the mock has.
 * @throws UsageError
 */
export function readFaults(path: string, models: readonly string[]): readonly Fault[] {
  const json = readJson('--faults', path)
  const parsed = Array.isArray(json) ? faultsSchema.safeParse(json) : undefined
  const got = parsed === undefined ? kindOf(json) : parsed.error && problemLine(parsed.error)
  if (!parsed?.success) throw new UsageError(`expected a list of faults in ${path}, got ${got}`)
  for (const [index, { model }] of parsed.data.entries()) {
    if (model === undefined || models.includes(model)) continue
    const problem = `${index}.model: Expected a model that the mock has, got ${model}`
    throw new UsageError(`expected a list of faults in ${path}, got ${problem}`)
  }
  return parsed.data
}
