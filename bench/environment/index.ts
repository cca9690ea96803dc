export {
  answering,
  type ChildServer,
  type ChildServerOptions,
  printedUrl,
  startChildServer,
} from './child-server.ts'
export { startDatabaseServer } from './database-server.ts'
export { EnvironmentError, type EnvironmentErrorCode } from './errors.ts'
export type { Database, DatabaseServer, DatabaseServerOptions, DatabaseSource } from './ports.ts'
export { openServiceDatabase, type ServiceDatabase } from './service-database.ts'
