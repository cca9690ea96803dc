import type { JsonValue } from './json-schema.ts'

/**
 * What can be read from the beginning of a JSON text: all that is complete up to the cut, its containers
 * closed. An empty object when nothing is.
 */
export function parseCutJson(text: string): JsonValue {
  const open: string[] = []
  let whole = '{}'
  let inString = false
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] ?? ''
    if (inString) {
      if (character === '\\') i += 1
      else if (character === '"') inString = false
      continue
    }
    if (character === '"') inString = true
    if (character === ',') whole = text.slice(0, i) + closing(open)
    if (character === '{' || character === '[') open.push(character === '{' ? '}' : ']')
    if (character === '}' || character === ']') open.pop()
    if ('{}[]'.includes(character)) whole = text.slice(0, i + 1) + closing(open)
  }
  return JSON.parse(whole)
}

function closing(open: readonly string[]): string {
  return open.toReversed().join('')
}
