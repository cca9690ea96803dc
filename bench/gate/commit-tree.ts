import { type ExecFileOptions, execFile } from 'node:child_process'
import { access, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { UsageError } from '../run/usage-error.ts'

/** The root of this checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * Checks a commit out into a git worktree of its own, installs it, and removes it again, on a signal too.
 * Its packages are those of its own lock file: where that is the same as here, the installed ones are used,
 * else they are installed.
 * @throws UsageError where it cannot be installed
 */
export async function inTreeOf<T>(
  commit: string,
  signal: AbortSignal,
  work: (tree: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tierbench-base-'))
  const tree = join(folder, 'tree')
  try {
    try {
      await runIn(ROOT, signal, 'git', ['worktree', 'add', '--detach', tree, commit])
      await install(tree, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw new UsageError(
        `expected commit ${commit.slice(0, 12)} to be installed in a worktree, got: ${lastLine(error)}`,
      )
    }
    return await work(tree)
  } finally {
    await promisify(execFile)('git', ['worktree', 'remove', '--force', tree], { cwd: ROOT }).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is changed here and would be measured, or measures: everything but the baselines. */
export async function changedFiles(): Promise<string[]> {
  const args = ['status', '--porcelain', '--', '.', ':!baselines']
  const { stdout } = await promisify(execFile)('git', args, { cwd: ROOT })
  return stdout.split('\n').filter((line) => line !== '')
}

async function install(tree: string, signal: AbortSignal): Promise<void> {
  const lockOf = (root: string) => readFile(join(root, 'package-lock.json'), 'utf8').catch(() => '')
  const [here, there] = await Promise.all([lockOf(ROOT), lockOf(tree)])
  const installed = join(ROOT, 'node_modules')
  const isThere = await access(installed).then(
    () => true,
    () => false,
  )
  if (here === '' || here !== there || !isThere) {
    await runIn(tree, signal, 'npm', ['ci', '--no-audit', '--no-fund'])
    return
  }
  // `junction` is what Windows lets everybody make; elsewhere it means nothing.
  await symlink(installed, join(tree, 'node_modules'), 'junction')
  await runIn(tree, signal, process.execPath, ['prisma/generate.js'])
}

/** Runs a program to its end. */
export function runIn(
  cwd: string,
  signal: AbortSignal,
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<unknown> {
  return promisify(execFile)(program, [...args], { cwd, signal, maxBuffer: 64 * 2 ** 20, ...options })
}

/** What a program that failed said last. */
export function lastLine(error: unknown): string {
  const { stderr } = error as { readonly stderr?: string }
  const lines = (stderr?.trim() || String(error)).split('\n').filter((line) => line.trim() !== '')
  // A crash of Node ends with its version, and has its reason above the stack.
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? ''
}
