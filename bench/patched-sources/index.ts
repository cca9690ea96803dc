export { type Patch, readPatches } from './read-patches.ts'
export { copySources, type SourceCopy } from './source-copy.ts'
