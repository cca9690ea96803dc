// A process that measures the engine of the tree it lies in. The gate copies this folder into the tree of
// the base commit, so that both are measured by the same code; it may import of ours only the engine's
// index and the generated Prisma client.
import { GCProfiler, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openPipeline, type Pipeline } from './pipeline.ts'
import { profileBatches } from './profile.ts'
import type { SamplerReply, SamplerRequest, SamplerSetting, StoredAnswer } from './protocol.ts'
import { timeStatements } from './statements.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const say = (reply: SamplerReply) => process.send?.(reply)
const cpuMs = (usage: NodeJS.CpuUsage) => (usage.user + usage.system) / 1_000

const SPIN_TURNS = 10_000_000
/** Of each profile: some seconds. */
const PROFILED_BATCHES = 10

const questions: ((answer: StoredAnswer) => void)[] = []
let pipeline: Pipeline | undefined
let batches = 0
let allocated = 0
let burn = 0
let burnTurns = 0
let turnsPerMs = 1
/** In this batch. */
let burntMs = 0
let calls = 0

function ask(body: string): Promise<StoredAnswer> {
  if (batches > 0) {
    // Said here: the engine would make a failed call of it.
    fail(new Error('its prompts are others each time, so that answers cannot be remembered'))
  }
  return new Promise((resolve) => say({ type: 'question', question: questions.push(resolve) - 1, body }))
}

function fail(error: unknown): void {
  say({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

function onCall(): void {
  calls++
  if (burnTurns === 0) return
  const start = process.cpuUsage()
  spin(burnTurns)
  burntMs += cpuMs(process.cpuUsage(start))
}

let spun = 1

/** Keeps the processor busy, and allocates nothing. */
function spin(turns: number): void {
  for (let turn = 0; turn < turns; turn++) spun = Math.imul(spun ^ turn, 0x9e3779b1)
}

async function start(setting: SamplerSetting): Promise<void> {
  pipeline = openPipeline(setting, ask, onCall)
  for (let run = 0; run < setting.warmUpRuns; run++) await pipeline.batch()
  // Without a burn too: both processes are to have done the same.
  spin(SPIN_TURNS)
  const spinStart = process.cpuUsage()
  spin(SPIN_TURNS)
  turnsPerMs = SPIN_TURNS / cpuMs(process.cpuUsage(spinStart))
  burn = setting.burn
  calls = 0
  const start = process.cpuUsage()
  await pipeline.batch()
  sizeBurn(cpuMs(process.cpuUsage(start)))
  say({ type: 'ready' })
}

/** The next batch burns its share of what this one took by itself: batches become faster as code is compiled. */
function sizeBurn(batchMs: number): void {
  const own = batchMs - burntMs
  if (burntMs > 0) turnsPerMs = (calls * burnTurns) / burntMs
  burnTurns = Math.round((burn * own * turnsPerMs) / calls)
}

/** V8's heap, and the buffers that it holds beside it. */
function retained(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** What was allocated, and the most in use at once, bytes: from the heap before and after each collection. */
function heapUse(profile: ReturnType<GCProfiler['stop']>, before: number, after: number) {
  let from = before
  let total = 0
  let peak = after
  for (const { beforeGC, afterGC } of profile.statistics) {
    total += beforeGC.heapStatistics.usedHeapSize - from
    peak = Math.max(peak, beforeGC.heapStatistics.usedHeapSize)
    from = afterGC.heapStatistics.usedHeapSize
  }
  return { allocated: total + after - from, peak }
}

async function batch({ batch: work }: Pipeline): Promise<void> {
  batches++
  collect()
  const profiler = new GCProfiler()
  const heap = process.memoryUsage().heapUsed
  profiler.start()
  const wall = performance.now()
  const cpu = process.cpuUsage()
  calls = 0
  burntMs = 0
  await work()
  const times = { cpuMs: cpuMs(process.cpuUsage(cpu)), wallMs: performance.now() - wall }
  const heapAfter = process.memoryUsage().heapUsed
  const use = heapUse(profiler.stop(), heap, heapAfter)
  allocated += use.allocated
  sizeBurn(times.cpuMs)
  say({ type: 'batch', figures: { ...times, peakBytes: use.peak } })
}

async function end(opened: Pipeline): Promise<void> {
  await opened.close()
  collect()
  const figures = {
    allocatedBytes: allocated / batches,
    retainedBytes: retained(),
  }
  say({ type: 'end', figures })
  process.disconnect()
}

async function handle(request: SamplerRequest): Promise<void> {
  if (request.type === 'start') return start(request.setting)
  if (request.type === 'answer') return questions[request.question]?.(request.answer)
  if (!pipeline) throw new Error(`expected to be started before "${request.type}"`)
  if (request.type === 'batch') return batch(pipeline)
  if (request.type === 'statements') {
    return void say({ type: 'statements', wallMs: await timeStatements(pipeline.db) })
  }
  if (request.type === 'profile') {
    const functions = await profileBatches(pipeline.batch, collect, process.cwd(), PROFILED_BATCHES)
    return void say({ type: 'profile', functions })
  }
  return end(pipeline)
}

process.on('message', (request: SamplerRequest) => {
  handle(request).catch(fail)
})
// The gate has gone: nobody is left to measure for.
process.on('disconnect', () => process.exit())
