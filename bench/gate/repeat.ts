import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { smoke } from '../../scenarios/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import type { Budgets } from './budgets.ts'
import { compare, incomparable } from './compare.ts'
import { measureOn, whole } from './measure.ts'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** Keeps one core busy until it is killed, or whoever started it has gone. */
const BUSY =
  'const p = process.ppid; for (;;) { if (process.ppid !== p) process.exit(); for (let i = 0; i < 1e8; i++); }'

/** What comparing a commit with itself, again and again, has given. */
export interface Repeated {
  readonly gates: number
  /** Gates that failed. */
  readonly alarms: number
  /** Gates in which any metric was not the same to the digit. */
  readonly differing: number
  /** Of the first that differed: what did. */
  readonly first: string | undefined
}

/**
 * Exact gates of these sources against themselves, in this process: every time the smoke scenario is run anew in
 * all modes, on databases of its own, and compared with the first time.
 * @param goOn Told how many are done; false ends it before `most`.
 */
export async function repeatInProcess(
  server: DatabaseServer,
  budgets: Budgets,
  most: number,
  signal: AbortSignal,
  goOn: (done: number) => boolean,
): Promise<Repeated> {
  const silent = { started: () => {}, ended: () => {} }
  const once = async () => whole(await measureOn(server, { scenarios: [smoke], probes: [] }, silent, signal))
  const base = await once()
  let [gates, alarms, differing] = [0, 0, 0]
  let first: string | undefined
  for (let done = 1; done <= most; done++) {
    const head = await once()
    const outcome = compare(base, head, budgets, [smoke.name])
    const changed = outcome.comparisons.find(({ verdict }) => verdict !== 'same')
    const refused = incomparable(base, head)[0]
    if (!outcome.passed || refused !== undefined) alarms++
    if (changed || refused !== undefined) {
      differing++
      first ??= refused ?? `${changed?.mode} ${changed?.metric}: ${changed?.before} → ${changed?.after}`
    }
    gates = done
    if (!goOn(done)) break
  }
  return { gates, alarms, differing, first }
}

/**
 * Whole gates, each in a process and on a server of its own, against figures that another process measured;
 * every second one while other processes keep as many cores busy as `load` says.
 */
export async function repeatInProcesses(
  baseline: string,
  most: number,
  load: number,
  signal: AbortSignal,
  goOn: (done: number) => boolean,
): Promise<Repeated> {
  let [gates, alarms, differing] = [0, 0, 0]
  let first: string | undefined
  for (let done = 1; done <= most; done++) {
    const busy: ChildProcess[] = []
    try {
      if (done % 2 === 0) {
        for (let core = 0; core < load; core++) {
          busy.push(spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }))
        }
      }
      const said = await gate(['--baseline', baseline, '--out', `${baseline}.reports`], signal)
      if (said.code !== 0) alarms++
      const changed = said.lines.find((line) => /^[✗·▲] /.test(line) && !line.startsWith('✗ FAILED'))
      if (said.code !== 0 || changed !== undefined) {
        differing++
        first ??= changed ?? said.lines.at(-1)
      }
    } finally {
      for (const child of busy) child.kill('SIGKILL')
    }
    gates = done
    if (!goOn(done)) break
  }
  return { gates, alarms, differing, first }
}

/** `npm run gate` in a process of its own. @returns its exit code, and what it printed */
export function gate(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'bench/cli/gate.ts', ...args],
      { cwd: ROOT, signal, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => {
        if (signal.aborted) return reject(signal.reason)
        const code = error ? Number((error as { code?: number | string }).code ?? -1) : 0
        resolve({ code, lines: `${stderr}\n${stdout}`.trim().split('\n') })
      },
    )
  })
}
