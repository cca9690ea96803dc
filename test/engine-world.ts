// A reference engine on a real database, a virtual clock and the mock, for the tests of the engine.
import Anthropic from '@anthropic-ai/sdk'
import { VirtualClock } from '../bench/clock/index.ts'
import type { Database } from '../bench/environment/index.ts'
import {
  instrumentFetch,
  type MeasuredDatabase,
  openMeasuredDatabase,
  type RoundTrip,
} from '../bench/instrument/index.ts'
import { createEngine, type Engine, type EngineEvent, type EngineOptions } from '../engine/index.ts'
import { type ClaudeMock, type ClaudeMockOptions, createClaudeMock } from '../mocks/index.ts'

export interface EngineWorld extends MeasuredDatabase {
  readonly clock: VirtualClock
  readonly mock: ClaudeMock
  readonly events: EngineEvent[]
  /** Another engine on the same database and clock, as another process would be. */
  engine(options: Pick<EngineOptions, 'flags'> & Partial<EngineOptions>): Engine
}

export const SHAPE = { cardsPerUpload: 3, cardsPerEpic: 3, storiesPerEpic: 2, subtasksPerStory: 2 }
export const UPLOADS = [1, 2].map((n) => ({
  filename: `doc-${n}.md`,
  content: `Document ${n}. The warehouse lead counts the inventory, and the clerk corrects the invoice.`,
}))

export async function openEngineWorld(
  database: Pick<Database, 'url'>,
  mockOptions: Partial<ClaudeMockOptions> = {},
  onRoundTrip: (roundTrip: RoundTrip) => void = () => {},
): Promise<EngineWorld> {
  const clock = new VirtualClock()
  const events: EngineEvent[] = []
  const measured = await openMeasuredDatabase({
    url: database.url,
    clock,
    roundTripMs: 5,
    poolSize: 10,
    onRoundTrip,
    onPoolWait: () => {},
  })
  const mock = createClaudeMock({
    clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleepInsideIo(ms, signal) },
    seed: 1,
    latency: { firstTokenMs: 1_000, perThousandInputTokensMs: 0, tokensPerSecond: 100, sigma: 0.1 },
    limits: {},
    ...mockOptions,
  })
  return {
    ...measured,
    clock,
    mock,
    events,
    engine: (options) =>
      createEngine({
        db: measured.db,
        claude: new Anthropic({
          apiKey: 'test',
          maxRetries: 0,
          fetch: instrumentFetch(mock.fetch, clock, () => {}),
        }),
        clock,
        random: { draw: () => 0.5 },
        model: 'claude-haiku-4-5',
        pacing: 'fast',
        shape: SHAPE,
        onEvent: (event) => events.push(event),
        ...options,
      }),
  }
}
