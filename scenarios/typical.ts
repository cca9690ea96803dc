import { NO_LIMITS_REACHED, STANDARD_LATENCY, STANDARD_MODEL } from './defaults.ts'
import type { Scenario } from './scenario.ts'

export const typical: Scenario = {
  name: 'typical',
  title: 'A typical run',
  description:
    'Six documents become 36 cards, 12 epics, 96 stories and 480 subtasks; the database is in the same region.',
  judgesPlan: true,
  workload: {
    uploads: 6,
    wordsPerUpload: 900,
    cardsPerUpload: 6,
    cardsPerEpic: 3,
    storiesPerEpic: 8,
    subtasksPerStory: 5,
  },
  database: { roundTripMs: 5, serverTimes: 'none', poolSize: 10 },
  claude: { model: STANDARD_MODEL, latency: STANDARD_LATENCY, limits: NO_LIMITS_REACHED, faults: [] },
  engine: { pacing: 'normal', budgetMs: 300_000, parallelUploads: 3, parallelEpics: 3 },
  variants: [],
}
