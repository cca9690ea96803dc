import { request } from 'undici'
import { UsageError } from '../run/index.ts'

/** For the first answer, real ms. */
const PATIENCE_MS = 10_000

/**
 * Asks a target for anything: a mistyped URL is to show at once, and not as a load of broken connections.
 * @throws UsageError where nothing answers
 */
export async function assertTargetAnswers(url: string): Promise<void> {
  try {
    const { body } = await request(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    await body.dump()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const hint = code === 'ECONNREFUSED' ? ': is it started?' : code === undefined ? '' : `: ${message}`
    throw new UsageError(`expected a service that answers at ${url}, got ${code ?? message}${hint}`)
  }
}
