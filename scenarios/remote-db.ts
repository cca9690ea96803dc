import type { Scenario } from './scenario.ts'
import { typical } from './typical.ts'

export const remoteDb: Scenario = {
  ...typical,
  name: 'remote-db',
  title: 'A database far away',
  description: 'The typical run with a database in another region: each round trip takes 40 ms.',
  database: { ...typical.database, roundTripMs: 40 },
}
