// A process that waits for a word on its standard input, works on a run together with others until it has
// ended, and says how many items it has claimed.
import { once } from 'node:events'
import type { EngineEvent } from '../engine/index.ts'
import { AT_ONCE, openEngineInRealTime } from './engine-in-real-time.ts'

const [url = '', runId = ''] = process.argv.slice(2)
let claimed = 0
const onEvent = ({ type }: EngineEvent) => {
  if (type === 'item-claimed') claimed++
}
const world = openEngineInRealTime({ url }, { latency: { ...AT_ONCE, firstTokenMs: 150 } })
const engine = world.engine({ onEvent })
await engine.status(runId)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
while ((await engine.processNext(runId, { join: true })).state !== 'finished') {
  // The other holds the run and has all that is left of the phase.
  await world.clock.sleep(50)
}
process.stdout.write(`${claimed}\n`)
await world.close()
