import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** All that a command of the bench loads, and what tells Node and tsx how. */
const SOURCES = [
  'bench',
  'engine',
  'mocks',
  'prisma',
  'reports',
  'scenarios',
  'gate-budgets.yaml',
  'package.json',
  'tsconfig.json',
]

/** A copy of the sources in a temporary folder; packages are those of the original. */
export interface SourceCopy {
  readonly root: string
  /**
   * @param options.check Only looks whether it applies.
   * @returns undefined, or where it does not apply what git says
   */
  apply(patch: string, options?: { readonly check?: boolean }): Promise<string | undefined>
  remove(): Promise<void>
}

/** Copies the sources as they are now, changes that are not committed included. */
export async function copySources(): Promise<SourceCopy> {
  const root = await mkdtemp(join(tmpdir(), 'tierbench-patched-'))
  const remove = () => rm(root, { recursive: true, force: true })
  try {
    for (const source of SOURCES) await cp(join(ROOT, source), join(root, source), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction')
  } catch (error) {
    await remove()
    throw error
  }
  return {
    root,
    remove,
    async apply(patch, { check = false } = {}) {
      // In a folder of a repository git would take the patch's paths for the repository's, and skip them.
      const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(root) }
      try {
        await run('git', ['apply', ...(check ? ['--check'] : []), '--whitespace=nowarn', patch], {
          cwd: root,
          env,
        })
        return undefined
      } catch (error) {
        const { stderr, message } = error as { readonly stderr?: string; readonly message: string }
        return (stderr || message).trim().split('\n')[0]
      }
    },
  }
}
