import ora from 'ora'
import {
  formatDuration,
  renderVerifyHtml,
  renderVerifyMarkdown,
  renderVerifyTerminal,
  VERIFY_SCHEMA_VERSION,
  type VerifyResult,
  verifyResultSchema,
} from '../../reports/index.ts'
import { startDatabaseServer } from '../environment/index.ts'
import { ownVersion, readEnvironment, readGit, UsageError } from '../run/index.ts'
import {
  type Replayed,
  readGains,
  readLowerTiers,
  realChecks,
  replay,
  rolloutVerdict,
  type SavedSchedule,
  verifyTier,
} from '../verify/index.ts'
import { EXIT, main } from './main.ts'
import { openResultsFolder, openTimestampedFolder } from './results-folder.ts'
import { parseVerifyOptions, type ReplayTarget, type VerifyOptions } from './verify-options.ts'

async function verify(signal: AbortSignal): Promise<number> {
  const options = parseVerifyOptions(process.argv.slice(2))
  return options.replay === undefined
    ? verifyAndReport(options, signal)
    : replayAndExplain(options.replay, options, signal)
}

async function verifyAndReport(options: VerifyOptions, signal: AbortSignal): Promise<number> {
  const { tier } = options
  if (!tier) throw new UsageError('expected --tier 1, 2 or 3: name the tier to be rolled out')
  const git = await readGit()
  const lowerTiers = await readLowerTiers(tier, { files: options.after, folder: 'results', git })
  const advice = {
    lowerTiers,
    orderKept: lowerTiers.every(({ state }) => state === 'roll-out'),
    bench: options.bench === undefined ? null : await readGains(options.bench, tier),
  }
  const startedAt = new Date()
  const folder = await (options.out === undefined
    ? openTimestampedFolder(startedAt, '-verify')
    : openResultsFolder(options.out))
  try {
    const { result, saved } = await explore(options, tier, startedAt, advice, signal)
    signal.throwIfAborted()
    const json = `${JSON.stringify(verifyResultSchema.parse(result), null, 1)}\n`
    const schedules = [...saved].map(([file, schedule]) => [file, `${JSON.stringify(schedule, null, 1)}\n`])
    await folder.write({
      ...Object.fromEntries(schedules),
      'verify.json': json,
      'verify.md': renderVerifyMarkdown(result),
      'verify.html': renderVerifyHtml(result),
    })
    process.stdout.write(options.json ? json : `\n${renderVerifyTerminal(result)}\n`)
    process.stderr.write(`\nReport: ${folder.path}/verify.html\n`)
    return result.verdict.rollOut ? EXIT.ok : EXIT.failed
  } catch (error) {
    await folder.discard()
    throw error
  }
}

async function explore(
  options: VerifyOptions,
  tier: 1 | 2 | 3,
  startedAt: Date,
  advice: VerifyResult['advice'],
  signal: AbortSignal,
): Promise<{ result: VerifyResult; saved: ReadonlyMap<string, SavedSchedule> }> {
  const wallStart = performance.now()
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const { hazards, saved, cutShort } = await verifyTier({
      server,
      tier,
      seed: options.seed,
      schedules: options.schedules,
      hazards: options.hazards,
      shard: options.shard,
      timeLimitMs: options.timeLimitMs,
      workers: options.workers,
      signal,
      onProgress: progress(),
    })
    const real = options.real ? await realChecks(server, tier, options.seed, signal) : null
    const result: VerifyResult = {
      schemaVersion: VERIFY_SCHEMA_VERSION,
      tierbench: ownVersion(),
      startedAt: startedAt.toISOString(),
      wallMs: Math.round(performance.now() - wallStart),
      command: options.command,
      environment: await readEnvironment(server),
      tier,
      seed: options.seed,
      schedules: options.schedules,
      shard: options.shard,
      cutShort,
      hazards,
      real,
      verdict: rolloutVerdict(tier, hazards, real, cutShort, advice.lowerTiers, options.shard),
      advice,
    }
    return { result, saved }
  } finally {
    await server.close()
  }
}

/** A live line on a terminal, a line for each tenth elsewhere; with the time that is left, as far as one can tell. */
function progress(): (done: number, total: number) => void {
  const live = process.stderr.isTTY && !process.env.CI
  const spinner = live ? ora({ stream: process.stderr }).start() : undefined
  let tenths = 0
  const start = performance.now()
  return (done, total) => {
    const leftMs = ((performance.now() - start) / done) * (total - done)
    const left = done < total ? `, about ${formatDuration(leftMs)} left` : '; failures are made smaller'
    const text = `${done} of ${total} schedules${left}`
    if (spinner) {
      spinner.text = text
      if (done === total) spinner.succeed(text)
    } else if (Math.floor((10 * done) / total) > tenths) {
      tenths = Math.floor((10 * done) / total)
      process.stderr.write(`${text}\n`)
    }
  }
}

/** Of a history where there is no terminal, in characters. */
const PRINTED_WIDTH = 120

async function replayAndExplain(
  target: ReplayTarget,
  options: VerifyOptions,
  signal: AbortSignal,
): Promise<number> {
  let code: number = EXIT.ok
  for (const what of 'what' in target ? [target.what] : target.names) {
    const replayed: Replayed = await replay(what, signal, {
      around: options.around,
      width: process.stdout.columns || PRINTED_WIDTH,
    })
    const title = 'names' in target ? `${what}: ` : ''
    if (options.json)
      process.stdout.write(`${JSON.stringify(replayed.saved ?? { name: what, violations: [] })}\n`)
    else process.stdout.write(`${title ? `${what}\n` : ''}${replayed.explanation.join('\n')}\n`)
    process.stderr.write(`${title}${replayed.summary}\n`)
    if (replayed.fails) code = EXIT.failed
  }
  return code
}

await main(verify)
