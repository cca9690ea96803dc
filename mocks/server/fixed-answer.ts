import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { type ContentHandler, generateContent } from '../content/index.ts'
import { UsageError } from './usage-error.ts'

/**
 * A content handler that answers with a file's text; where there is an output schema or a tool the answer is
 * generated, since a text would not be valid.
 * @throws UsageError where the file cannot be read or has no text.
 */
export function fixedAnswer(path: string): ContentHandler {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`expected --answer to be a file that can be read, got ${path} (${code})`)
  }
  if (!isUtf8(bytes)) throw new UsageError(`expected text in UTF-8 in ${path}, got other bytes`)
  // An editor's byte order mark is no part of the text.
  const text = bytes.toString().replace(/^\uFEFF/, '')
  if (text.trim() === '') throw new UsageError(`expected text in ${path}, got none`)
  return (request) =>
    request.schema === undefined && request.tools.length === 0
      ? { content: [{ type: 'text', text }], stopReason: 'end_turn' }
      : generateContent(request)
}
