export { changePoints } from './change-points.ts'
export { entryFileName, entryOf, type HistoryEntry, readHistory } from './history-entry.ts'
export { drifted, recentlyMissing, recentlyWorse, trendsOf } from './trends.ts'
