export {
  type GeneratorRate,
  type LoadGeneratorResult,
  measureLoadGenerator,
} from './load-generator.ts'
export { type DatabaseResult, measureDatabase } from './measure-database.ts'
export type { GroupResult, MicroOptions } from './measure-groups.ts'
export { measureHarness } from './measure-harness.ts'
export { type MockThroughput, type MockThroughputOptions, measureMockThroughput } from './mock-throughput.ts'
