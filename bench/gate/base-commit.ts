import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../run/index.ts'
import { type Baseline, readBaseline } from './baseline.ts'
import { lastLine, ROOT, runIn } from './commit-tree.ts'

/**
 * Measures another commit by its own code.
 * @param tree Where it is checked out and installed.
 * @throws UsageError where it has no gate of its own, or one whose figures have another schema
 */
export async function measureCommit(
  commit: string,
  tree: string,
  scenarios: readonly string[],
  signal: AbortSignal,
): Promise<Baseline> {
  const hasGate = await access(join(tree, 'bench', 'cli', 'gate.ts')).then(
    () => true,
    () => false,
  )
  if (!hasGate) {
    throw new UsageError(
      `expected a commit that has a gate to be measured by, got ${commit.slice(0, 12)}, which has none: name a later one with --base, or compare with the committed baseline by --or-baseline`,
    )
  }
  const out = join(tree, 'results', 'figures.json')
  const gate = ['--import', 'tsx', 'bench/cli/gate.ts', '--scenario', scenarios.join(','), '--figures', out]
  try {
    await runIn(tree, signal, process.execPath, gate)
    // It is clean; its own git may count the installed packages as a change.
    return { ...(await readBaseline(out)), commit, dirty: false }
  } catch (error) {
    signal.throwIfAborted()
    // What a baseline's own message offers, an update, does nothing for a commit.
    const reason =
      error instanceof UsageError ? error.message.replace(/: npm run gate .*$/, '') : lastLine(error)
    throw new UsageError(
      `expected commit ${commit.slice(0, 12)} to be measured by its own gate, got: ${reason.replaceAll(out, 'its figures')}; --or-baseline compares with the committed baseline in its place, --base with another commit`,
    )
  }
}

/** @throws UsageError where the checkout has no such commit */
export async function resolveCommit(ref: string): Promise<string> {
  try {
    const args = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]
    return (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim()
  } catch (error) {
    throw new UsageError(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'expected git to be installed, since --base checks a commit out, got none: install it, or compare with a file by --baseline'
        : `expected --base to name a commit of this checkout, got "${ref}": fetch it first, or name another`,
    )
  }
}
