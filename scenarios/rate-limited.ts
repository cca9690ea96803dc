import type { Scenario } from './scenario.ts'
import { typical } from './typical.ts'

export const rateLimited: Scenario = {
  ...typical,
  name: 'rate-limited',
  title: 'At the rate limit',
  description:
    "The typical run on a key with the plan's limits: 40,000 tokens per minute and 10 concurrent requests; parallel mode works on 6 uploads and 10 epics or stories at once, with the rate governor and without it.",
  claude: { ...typical.claude, limits: { tokensPerMinute: 40_000, concurrentRequests: 10 } },
  engine: { ...typical.engine, parallelUploads: 6, parallelEpics: 10 },
  variants: [
    {
      name: 'no governor',
      of: 'parallel',
      flags: 'rateGovernor=off',
      description: 'Fixed pacing, and backoff after each 429, in place of the rate governor.',
    },
  ],
}
