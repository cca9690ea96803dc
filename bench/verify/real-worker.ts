// A real process that works on a run in real time until the run has ended: `verify --real` kills it.
import Anthropic from '@anthropic-ai/sdk'
import { PrismaPg } from '@prisma/adapter-pg'
import { createEngine, TIER_FLAGS, type Tier } from '../../engine/index.ts'
import { createClaudeMock } from '../../mocks/index.ts'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { RealClock } from '../clock/index.ts'
import { smallWorkload } from './draw.ts'
import { REAL_LEASE_MS } from './real-checks.ts'

const [url = '', runId = '', tier = '2'] = process.argv.slice(2)
/** Between two looks at a run that others hold, real ms. */
const LOOK_AGAIN_MS = 200

process.on('disconnect', () => process.exit(1))
const clock = new RealClock()
const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 5 }) })
const mock = createClaudeMock({
  clock,
  seed: 1,
  latency: { firstTokenMs: 150, perThousandInputTokensMs: 0, tokensPerSecond: 10_000, sigma: 0.3 },
  limits: {},
})
let told = false
const engine = createEngine({
  db,
  claude: new Anthropic({ apiKey: 'verify', maxRetries: 0, fetch: mock.fetch }),
  clock,
  flags: TIER_FLAGS[Number(tier) as Tier],
  model: 'claude-haiku-4-5',
  pacing: 'fast',
  shape: smallWorkload(),
  leaseMs: REAL_LEASE_MS,
  // Who kills it counts from its first call: it holds something then.
  onEvent: ({ type }) => {
    if (type === 'call-started' && !told) told = process.send?.('working') !== undefined
  },
})
for (;;) {
  const outcome = await engine.processNext(runId, { join: true })
  if (outcome.state === 'finished') process.exit(0)
  await clock.sleep(LOOK_AGAIN_MS)
}
