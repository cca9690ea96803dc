import type { HeapProfiler, Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FunctionCosts } from './protocol.ts'

/** Between two looks at the stack, µs. */
const CPU_INTERVAL_US = 200
/** On average between two allocations that are looked at, bytes. */
const HEAP_INTERVAL_BYTES = 8_192
/** A part of a place that costs less than this is noise, and not told. */
const LEAST = { cpuMs: 0.05, allocatedBytes: 1_024, retainedBytes: 1_024 } as const

/**
 * V8's sampling profilers on some batches each: processor time, allocations, and what of them is still held
 * after a collection, by the function that took them itself. Buffers outside V8's heap are not seen.
 * @param tree Root of the sources: files in it are named from there.
 * @param batches Of each of the three.
 * @returns Costs of one batch.
 */
export async function profileBatches(
  batch: () => Promise<void>,
  collect: () => void,
  tree: string,
  batches: number,
): Promise<FunctionCosts[]> {
  const session = new Session()
  session.connect()
  const repeat = async () => {
    for (let n = 0; n < batches; n++) await batch()
  }
  const costs = new Map<string, { cpuMs: number; allocatedBytes: number; retainedBytes: number }>()
  const add = (place: string, cost: keyof typeof LEAST, amount: number) => {
    const of = costs.get(place) ?? { cpuMs: 0, allocatedBytes: 0, retainedBytes: 0 }
    of[cost] += amount / batches
    costs.set(place, of)
  }
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US })
    await session.post('Profiler.start')
    await repeat()
    const { profile } = await session.post('Profiler.stop')
    for (const [frame, us] of selfTimes(profile)) {
      if (frame.functionName !== '(idle)') add(placeOf(frame, tree), 'cpuMs', us / 1_000)
    }
    const heap = async (collected: boolean): Promise<HeapProfiler.SamplingHeapProfileNode> => {
      collect()
      await session.post('HeapProfiler.startSampling', {
        samplingInterval: HEAP_INTERVAL_BYTES,
        includeObjectsCollectedByMajorGC: collected,
        includeObjectsCollectedByMinorGC: collected,
      })
      await repeat()
      collect()
      return (await session.post('HeapProfiler.stopSampling')).profile.head
    }
    visit(await heap(true), (node) => add(placeOf(node.callFrame, tree), 'allocatedBytes', node.selfSize))
    visit(await heap(false), (node) => add(placeOf(node.callFrame, tree), 'retainedBytes', node.selfSize))
  } finally {
    session.disconnect()
  }
  return [...costs]
    .map(([place, of]) => ({ place, ...of }))
    .filter(({ place: _, ...of }) =>
      (Object.keys(LEAST) as (keyof typeof LEAST)[]).some((c) => of[c] >= LEAST[c]),
    )
}

type Frame = Pick<Profiler.Profile['nodes'][number]['callFrame'], 'functionName' | 'url'>

function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): [Frame, number][] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  return samples.flatMap((id, n): [Frame, number][] => {
    const frame = frames.get(id)
    // A sample stands for the time until the next.
    return frame ? [[frame, Math.max(0, timeDeltas[n + 1] ?? 0)]] : []
  })
}

function visit(
  node: HeapProfiler.SamplingHeapProfileNode,
  each: (node: HeapProfiler.SamplingHeapProfileNode) => void,
): void {
  each(node)
  for (const child of node.children) visit(child, each)
}

/** E.g. `engine/claude/caller.ts call`, `node_modules/pg/lib/client.js query`, `node:net connect`, `(garbage collector)`. */
export function placeOf({ functionName, url }: Frame, tree: string): string {
  const name = functionName || '(anonymous)'
  if (url === '') return name
  // The two trees may share the packages of one: a function of theirs has the same name in both.
  const packages = url.lastIndexOf('/node_modules/')
  if (packages !== -1) return `${url.slice(packages + 1)} ${name}`
  const file = url.startsWith('file:') ? relative(tree, fileURLToPath(url)) : url
  return `${file} ${name}`
}
