import type { Scenario } from './scenario.ts'
import { typical } from './typical.ts'

export const smoke: Scenario = {
  ...typical,
  name: 'smoke',
  title: 'Smoke test',
  description:
    'Small, for CI: two short documents, one epic each, two stories an epic. One request is rate limited, one meets an overload.',
  judgesPlan: false,
  workload: {
    uploads: 2,
    wordsPerUpload: 150,
    cardsPerUpload: 3,
    cardsPerEpic: 3,
    storiesPerEpic: 2,
    subtasksPerStory: 2,
  },
  claude: {
    ...typical.claude,
    faults: [
      { nthRequest: 2, status: 429, retryAfterSeconds: 2 },
      { nthRequest: 5, status: 529 },
    ],
  },
  engine: { ...typical.engine, parallelUploads: 2, parallelEpics: 2 },
}
