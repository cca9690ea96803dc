export { copySources, type SourceCopy } from './source-copy.ts'
