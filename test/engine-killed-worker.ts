// A process that works on a run and kills itself, with SIGKILL, at the place that it is told.
import { type Flags, parseFlags, TIER_FLAGS, type Tier } from '../engine/index.ts'
import { openEngineWorld } from './engine-world.ts'

const [url = '', runId = '', tier = '', place = '', nth = '1'] = process.argv.slice(2)
const flags: Flags = parseFlags('rateGovernor=off', TIER_FLAGS[Number(tier) as Tier])
let passed = 0

/** Dies when the place is passed for the nth time. */
function pass(here: string): void {
  if (here === place && ++passed === Number(nth)) process.kill(process.pid, 'SIGKILL')
}

const world = await openEngineWorld({ url }, {}, ({ shape }) => pass(shape))
const engine = world.engine({ flags, allowUnsafe: true, onEvent: (event) => pass(event.type) })
// Loads what Prisma loads at its first query: outside the clock, which lets nothing by.
await world.db.run.findUnique({ where: { id: runId }, select: { id: true } })
await world.clock.drive(() => engine.processNext(runId))
