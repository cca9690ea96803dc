import { type ExecFileOptions, execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { UsageError } from '../run/index.ts'
import { type Baseline, readBaseline } from './baseline.ts'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * Measures another commit: in a git worktree of its own with its own install, by its own code. What was
 * made for it is removed again, on a signal too.
 * @throws UsageError where it has no gate of its own
 */
export async function measureCommit(
  commit: string,
  scenarios: readonly string[],
  signal: AbortSignal,
): Promise<Baseline> {
  const folder = await mkdtemp(join(tmpdir(), 'tierbench-base-'))
  const tree = join(folder, 'tree')
  const out = join(folder, 'figures.json')
  const run = (program: string, args: readonly string[], options: ExecFileOptions = {}) =>
    promisify(execFile)(program, [...args], { cwd: tree, signal, maxBuffer: 64 * 2 ** 20, ...options })
  try {
    await run('git', ['worktree', 'add', '--detach', tree, commit], { cwd: ROOT })
    await run('npm', ['ci', '--no-audit', '--no-fund'])
    const gate = ['--import', 'tsx', 'bench/cli/gate.ts', '--scenario', scenarios.join(','), '--figures', out]
    await run(process.execPath, gate)
    return await readBaseline(out)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UsageError) throw error
    const { stderr } = error as { readonly stderr?: string }
    const [reason] = (stderr?.trim() || String(error)).split('\n').slice(-1)
    throw new UsageError(
      `expected commit ${commit.slice(0, 12)} to be measured by its own gate, got: ${reason}`,
    )
  } finally {
    await promisify(execFile)('git', ['worktree', 'remove', '--force', tree], { cwd: ROOT }).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

/** @throws UsageError where the checkout has no such commit */
export async function resolveCommit(ref: string): Promise<string> {
  try {
    const args = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]
    return (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim()
  } catch {
    throw new UsageError(
      `expected --base to name a commit of this checkout, got "${ref}": fetch it first, or name another`,
    )
  }
}
