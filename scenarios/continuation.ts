import type { Scenario } from './scenario.ts'
import { typical } from './typical.ts'

export const continuation: Scenario = {
  ...typical,
  name: 'continuation',
  title: 'Short budgets',
  description:
    'Three documents, 6 epics, 48 stories, and 60 s for each invocation instead of 300 s: every mode goes on in many of them, and must leave what one unbounded run leaves.',
  judgesPlan: false,
  workload: { ...typical.workload, uploads: 3 },
  engine: { ...typical.engine, budgetMs: 60_000, parallelUploads: 2, parallelEpics: 2 },
}
