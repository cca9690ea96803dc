export type { ExamineSetting } from './examine.ts'
export { type Mutant, readMutants } from './mutant.ts'
export { renderMutantList, renderMutants, renderMutantsMarkdown } from './render-mutants.ts'
export { isAsExpected, type MutantResult, verdictOf, verifyMutants } from './verify-mutants.ts'
