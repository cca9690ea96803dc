export type { BenchClock, CountLockWaiters, StatementTiming } from './clock.ts'
export { RealClock } from './real-clock.ts'
export { ClockStalledError, VirtualClock, type VirtualClockOptions } from './virtual-clock.ts'
