import Anthropic from '@anthropic-ai/sdk'
import { PrismaPg } from '@prisma/adapter-pg'
import { createEngine, type Flags, TIER_FLAGS } from '../../../engine/index.ts'
import { PrismaClient } from '../../../prisma/generated/client.ts'
import { countStatements } from './counted-adapter.ts'
import type { SamplerSetting, StoredAnswer } from './protocol.ts'
import { SteppingClock } from './stepping-clock.ts'

/** Every path of the engine: row by row and read-modify-write; batched, versioned, in transactions, governed. */
const FLAGS: readonly Flags[] = [TIER_FLAGS[0], { ...TIER_FLAGS[3], parallelUploads: 2, parallelEpics: 2 }]
/** Virtual, ms: what a call takes. */
const CALL_MS = 3_000
const START_MS = Date.UTC(2026, 0, 1)
const MOST_INVOCATIONS = 100

/** The engine of the tree that this file lies in, on a real database, with answers that cost next to nothing. */
export interface Pipeline {
  /** One run without and one with all optimisations. */
  batch(): Promise<void>
  readonly db: PrismaClient
  close(): Promise<void>
}

/**
 * @param ask Gets an answer of the mock: each is asked for once, and remembered.
 * @param onCall Told of each request, inside the engine's path.
 */
export function openPipeline(
  { databaseUrl, uploads }: SamplerSetting,
  ask: (body: string) => Promise<StoredAnswer>,
  onCall: () => void,
): Pipeline {
  let clock = new SteppingClock(START_MS)
  const adapter = new PrismaPg({ connectionString: databaseUrl, max: 4, idleTimeoutMillis: 0 })
  const db = new PrismaClient({
    adapter: countStatements(adapter, () => clock),
    transactionOptions: { timeout: 600_000, maxWait: 600_000 },
  })
  const answers = new Map<string, StoredAnswer>()
  const claude = new Anthropic({
    apiKey: 'tierbench',
    maxRetries: 0,
    fetch: async (_, init) => {
      const body = String(init?.body)
      const { status, headers, body: text } = await clock.request(async () => answers.get(body) ?? ask(body))
      if (!answers.has(body)) answers.set(body, { status, headers, body: text })
      onCall()
      await clock.sleep(CALL_MS, init?.signal ?? undefined)
      return new Response(text, { status, headers: headers.map(([name, value]) => [name, value]) })
    },
  })
  let runs = 0
  async function run(flags: Flags): Promise<void> {
    const prefix = `${++runs}:`
    clock = new SteppingClock(START_MS)
    const engine = createEngine({
      db,
      claude,
      clock,
      flags,
      random: { draw: () => 0.5 },
      model: 'claude-haiku-4-5',
      shape: { cardsPerUpload: 3, cardsPerEpic: 3, storiesPerEpic: 4, subtasksPerStory: 4 },
      newId: (about) => prefix + about,
    })
    const id = await engine.createRun(uploads)
    for (let invocation = 1; invocation <= MOST_INVOCATIONS; invocation++) {
      const outcome = await engine.processNext(id)
      if (outcome.state === 'continue') continue
      if (outcome.state === 'finished' && outcome.status === 'COMPLETED') return
      const got = outcome.state === 'finished' ? outcome.status : outcome.state
      throw new Error(`expected the run to be completed, got ${got}`)
    }
    throw new Error(`expected the run to be completed within ${MOST_INVOCATIONS} invocations`)
  }
  return {
    db,
    async batch() {
      for (const flags of FLAGS) await run(flags)
    },
    close: () => db.$disconnect(),
  }
}
