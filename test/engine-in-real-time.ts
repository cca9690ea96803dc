// A reference engine on a real database, the real clock and a mock that answers at once, for what a
// virtual clock cannot carry: HTTP servers, timers of libraries.
import Anthropic from '@anthropic-ai/sdk'
import { PrismaPg } from '@prisma/adapter-pg'
import { RealClock } from '../bench/clock/index.ts'
import type { Database } from '../bench/environment/index.ts'
import { createEngine, type Engine, type EngineOptions, TIER_FLAGS } from '../engine/index.ts'
import { type ClaudeMock, type ClaudeMockOptions, createClaudeMock } from '../mocks/index.ts'
import { PrismaClient } from '../prisma/generated/client.ts'
import { SHAPE } from './engine-world.ts'

export interface EngineInRealTime {
  readonly clock: RealClock
  readonly db: PrismaClient
  readonly mock: ClaudeMock
  engine(options?: Partial<EngineOptions>): Engine
  close(): Promise<void>
}

export const AT_ONCE = { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 }

export function openEngineInRealTime(
  database: Pick<Database, 'url'>,
  mockOptions: Partial<ClaudeMockOptions> = {},
): EngineInRealTime {
  const clock = new RealClock()
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url, max: 10 }) })
  const mock = createClaudeMock({
    clock,
    seed: 1,
    latency: AT_ONCE,
    rejectMs: 0,
    limits: {},
    ...mockOptions,
  })
  return {
    clock,
    db,
    mock,
    engine: (options = {}) =>
      createEngine({
        db,
        claude: new Anthropic({ apiKey: 'test', maxRetries: 0, openTelemetry: false, fetch: mock.fetch }),
        clock,
        random: { draw: () => 0 },
        flags: TIER_FLAGS[3],
        model: 'claude-haiku-4-5',
        pacing: 'fast',
        shape: SHAPE,
        ...options,
      }),
    close: () => db.$disconnect(),
  }
}
