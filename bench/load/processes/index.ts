export { type LoadedSystem, type SystemProcess, startSystem } from './loaded-system.ts'
export type { SystemOptions } from './process-arguments.ts'
