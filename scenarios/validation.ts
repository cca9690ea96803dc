import type { Scenario } from './scenario.ts'
import { typical } from './typical.ts'

/**
 * Short enough to wait for, and long enough for what a machine needs itself (about 2 ms for each round trip
 * and call) to be small beside it: `npm run validate` runs it in virtual and in real time.
 */
export const validation: Scenario = {
  ...typical,
  name: 'validation',
  title: 'Virtual against real time',
  description:
    'Ten short documents and epics, twenty stories, with answers within two seconds: run on both clocks.',
  judgesPlan: false,
  workload: {
    uploads: 10,
    wordsPerUpload: 150,
    cardsPerUpload: 3,
    cardsPerEpic: 3,
    storiesPerEpic: 2,
    subtasksPerStory: 2,
  },
  database: { roundTripMs: 50, serverTimes: 'calibrated', poolSize: 10 },
  claude: {
    ...typical.claude,
    latency: { firstTokenMs: 700, perThousandInputTokensMs: 50, tokensPerSecond: 220, sigma: 0.2 },
  },
}
