export { instrumentFetch } from './claude.ts'
export { ConnectionPool } from './connection-pool.ts'
export { instrumentDatabase, type RoundTrip } from './database.ts'
export { Recorder } from './recorder.ts'
