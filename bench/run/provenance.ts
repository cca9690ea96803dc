import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import type { BenchClock } from '../clock/index.ts'
import type { DatabaseServer } from '../environment/index.ts'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const PACKAGES = ['@anthropic-ai/sdk', '@prisma/client', 'msw', 'pg', 'tinybench']

/** tierbench's own version. */
export function ownVersion(): string {
  return versionIn(join(ROOT, 'package.json'))
}

function versionIn(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

/** What a result must be traced to. */
export async function readEnvironment(server: DatabaseServer): Promise<BenchResult['environment']> {
  const { version, source, settings } = server
  return { ...(await readMachine()), database: { version, source, settings: { ...settings } } }
}

/** The same of what no database is part of. */
export async function readMachine(): Promise<Omit<BenchResult['environment'], 'database'>> {
  return {
    node: process.version,
    os: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    packages: Object.fromEntries(PACKAGES.map((name) => [name, installedVersion(name)])),
    git: await readGit(),
  }
}

function installedVersion(name: string): string {
  // A package need not export its package.json: it is looked for where modules are.
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  for (const folder of folders) {
    try {
      return versionIn(join(folder, name, 'package.json'))
    } catch {
      // Not in this folder: the next one up.
    }
  }
  return 'unknown'
}

/** The commit that runs; null outside a checkout, or without git. */
export async function readGit(): Promise<BenchResult['environment']['git']> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim()
  try {
    return { commit: await git('rev-parse', 'HEAD'), dirty: (await git('status', '--porcelain')) !== '' }
  } catch {
    return null
  }
}

/** What of the figures is modelled and not measured. */
export function modelledParts(scenarios: readonly Scenario[], clock: BenchClock['kind']): string[] {
  const roundTrips = [...new Set(scenarios.map((scenario) => scenario.database.roundTripMs))].join(', ')
  return [
    `The network to the database: each round trip is given ${roundTrips} ms.${clock === 'virtual' ? ' The time that the server and this machine need is left out.' : ''}`,
    'Continuations: the next invocation starts as soon as the last has handed over.',
    'Claude: a mock answers, with modelled latency, token counts and rate limits. No model writes the content.',
    clock === 'virtual'
      ? 'Time: a virtual clock. The SDK, Prisma and PostgreSQL are real; what they take on this machine does not enter a figure.'
      : 'Time: the wall clock. Waits for row locks are part of the round trips, since real time cannot tell them apart.',
    'Cost: the list prices of the model for the tokens that the mock counts.',
  ]
}
