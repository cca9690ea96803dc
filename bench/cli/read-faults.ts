import { readFile } from 'node:fs/promises'
import { type Fault, faultsSchema } from '../../mocks/index.ts'
import { UsageError } from '../run/index.ts'

/**
 * Faults of the mock in a file, in the form of `npm run mock -- --faults`.
 * @throws UsageError
 */
export async function readFaults(path: string): Promise<readonly Fault[]> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected --faults to be a JSON file with a list of faults, got ${path}: ${reason}`)
  }
  const parsed = faultsSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.')
  throw new UsageError(
    `expected a list of faults in ${path}, got ${place ? `${place}: ` : ''}${issue?.message}`,
  )
}
