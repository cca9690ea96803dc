// A process that measures the engine of the tree it lies in. The gate copies this folder into the tree of
// the base commit, so that both are measured by the same code; it may import of ours only the engine's
// index and the generated Prisma client.
import { GCProfiler, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openPipeline, type Pipeline } from './pipeline.ts'
import type { SamplerReply, SamplerRequest, SamplerSetting, StoredAnswer } from './protocol.ts'
import { timeStatements } from './statements.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const say = (reply: SamplerReply) => process.send?.(reply)
const cpuMs = (usage: NodeJS.CpuUsage) => (usage.user + usage.system) / 1_000

const questions: ((answer: StoredAnswer) => void)[] = []
let pipeline: Pipeline | undefined
let batches = 0
let allocated = 0
let burnMs = 0
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
  if (burnMs === 0) return
  const start = process.cpuUsage()
  while (cpuMs(process.cpuUsage(start)) < burnMs);
}

async function start(setting: SamplerSetting): Promise<void> {
  pipeline = openPipeline(setting, ask, onCall)
  for (let run = 0; run < setting.warmUpRuns; run++) await pipeline.batch()
  if (setting.burn > 0) {
    calls = 0
    const before = process.cpuUsage()
    for (let run = 0; run < 4; run++) await pipeline.batch()
    burnMs = (setting.burn * cpuMs(process.cpuUsage(before))) / calls
  }
  say({ type: 'ready' })
}

/** V8's heap, and the buffers that it holds beside it. */
function retained(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Bytes, from the heap before and after each collection. */
function allocatedIn(profile: ReturnType<GCProfiler['stop']>, before: number, after: number): number {
  let from = before
  let total = 0
  for (const { beforeGC, afterGC } of profile.statistics) {
    total += beforeGC.heapStatistics.usedHeapSize - from
    from = afterGC.heapStatistics.usedHeapSize
  }
  return total + after - from
}

async function batch({ batch: work }: Pipeline): Promise<void> {
  batches++
  collect()
  const profiler = new GCProfiler()
  const heap = process.memoryUsage().heapUsed
  profiler.start()
  const wall = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const figures = { cpuMs: cpuMs(process.cpuUsage(cpu)), wallMs: performance.now() - wall }
  const heapAfter = process.memoryUsage().heapUsed
  allocated += allocatedIn(profiler.stop(), heap, heapAfter)
  say({ type: 'batch', figures })
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
  return end(pipeline)
}

process.on('message', (request: SamplerRequest) => {
  handle(request).catch(fail)
})
// The gate has gone: nobody is left to measure for.
process.on('disconnect', () => process.exit())
