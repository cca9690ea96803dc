export { type MockThroughput, type MockThroughputOptions, measureMockThroughput } from './mock-throughput.ts'
