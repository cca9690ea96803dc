import { type ApiError, invalidRequest } from './errors.ts'
import { hashOf } from './random.ts'
import type { RenderedAnswer } from './rendered-answers.ts'
import type { TextMemo } from './text-memo.ts'

export type Parsed<Body> = { readonly body: Body } | { readonly error: ApiError }

/** What the text of a request says, whatever came before it. */
export interface Reading<Body> {
  readonly version: string
  /** The text itself: of equal texts all but the first can then be let go. */
  readonly text: string
  readonly parsed: Parsed<Body>
  /** Equal for attempts of the same request. */
  readonly requestHash: string
  /** What random numbers are about: equal where requests differ in nothing but their instructions. */
  readonly drawHash: string
  readonly inputTokens: number
  /** See identifierBase; absent until it is needed. */
  idBase?: string
  /** What was answered, where it is the same for each attempt. */
  answer?: RenderedAnswer
}

/** How an endpoint reads a text. */
export interface Reader<Body> {
  /** Where what a text says depends on nothing but the text: what was read before. @default none */
  readonly readings?: TextMemo<Reading<Body>>
  parse(text: string, version: string): Parsed<Body>
  /** What content the request has: equal for equal requests. All that is random follows from it. */
  content(body: Body): unknown
  /** What makes it another request, and leaves what is random as it is. @default nothing */
  instructions?(body: Body): unknown
  /** What else there is in it. @default nothing */
  besides?(body: Body): unknown
  /** @default 0 */
  inputTokens?(body: Body): number
}

/**
 * What a text says; taken from the endpoint's memory where it is there.
 * @param place Method and path: a text that cannot be read is another content elsewhere.
 */
export function readingOf<Body>(
  reader: Reader<Body>,
  text: string,
  place: string,
  version: string,
): Reading<Body> {
  const known = reader.readings?.get(text)
  if (known?.version === version) return known
  const reading = read(reader, text, place, version)
  reader.readings?.set(text, reading)
  return reading
}

/** A body that breaks what walks through it (thousands of nested lists do) is the client's fault. */
function read<Body>(reader: Reader<Body>, text: string, place: string, version: string): Reading<Body> {
  try {
    const parsed = reader.parse(text, version)
    if ('error' in parsed) return unread(text, place, parsed, version)
    // What nothing walks through must not be deeper either.
    JSON.stringify(reader.besides?.(parsed.body))
    const drawHash = hashOf(reader.content(parsed.body))
    const instructions = reader.instructions?.(parsed.body)
    const requestHash = instructions === undefined ? drawHash : hashOf(drawHash, instructions)
    const inputTokens = reader.inputTokens?.(parsed.body) ?? 0
    return { version, text, parsed, requestHash, drawHash, inputTokens }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return unread(text, place, { error: invalidRequest('The request body is nested too deeply.') }, version)
  }
}

export function unread<Body>(
  text: string,
  place: string,
  parsed: { readonly error: ApiError },
  version = '',
): Reading<Body> {
  const requestHash = hashOf(place, text)
  return { version, text, parsed, requestHash, drawHash: requestHash, inputTokens: 0 }
}
