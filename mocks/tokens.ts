/**
 * How many tokens a text has: an estimate, since the API's tokenizer is not public. The API's own
 * documentation reckons about 4 characters of English a token (3.5 in older pages). Counted here by
 * what tokenizers of that kind do: a short word with its space is one token, a long one several, digits
 * go in threes, punctuation in pairs, any other character is one. English prose comes out at 3.5 to
 * 4.8 characters a token, JSON at fewer. It is a bias, not noise: expect ±20 % against the real count.
 */
const PIECES = /([A-Za-z'’]+)|([0-9]+)|([!-/:-@[-`{-~]+)|(\n+)|([^\s])/gu

/** Characters of one token, by the group of PIECES that matched. */
const CHARACTERS_PER_TOKEN = { word: 7, digits: 3, punctuation: 2 } as const

function charactersPerToken(piece: RegExpExecArray): number {
  if (piece[1] !== undefined) return CHARACTERS_PER_TOKEN.word
  if (piece[2] !== undefined) return CHARACTERS_PER_TOKEN.digits
  if (piece[3] !== undefined) return CHARACTERS_PER_TOKEN.punctuation
  return piece[0].length
}

/** Estimated tokens of a text: what PIECES would count, by a scan that takes a fraction of its time. */
export function estimateTokens(text: string): number {
  let tokens = 0
  let at = 0
  while (at < text.length) {
    const kind = kindOf(text.charCodeAt(at))
    if (kind === KIND.other) {
      const character = String.fromCodePoint(text.codePointAt(at) as number)
      if (!/\s/u.test(character)) tokens += 1
      at += character.length
      continue
    }
    const start = at
    at += 1
    while (at < text.length && continues(kind, text.charCodeAt(at))) at += 1
    if (kind !== KIND.space) tokens += Math.ceil((at - start) / (SIZES[kind] ?? at - start))
  }
  return tokens
}

const KIND = { word: 1, digits: 2, punctuation: 3, newline: 4, space: 5, other: 6 } as const
type Kind = (typeof KIND)[keyof typeof KIND]

const SIZES: Partial<Record<Kind, number>> = {
  [KIND.word]: CHARACTERS_PER_TOKEN.word,
  [KIND.digits]: CHARACTERS_PER_TOKEN.digits,
  [KIND.punctuation]: CHARACTERS_PER_TOKEN.punctuation,
}

const APOSTROPHE = 0x27
const TYPOGRAPHIC_APOSTROPHE = 0x2019

const ASCII_KINDS: readonly Kind[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[A-Za-z']/.test(character)) return KIND.word
  if (/[0-9]/.test(character)) return KIND.digits
  if (/[!-/:-@[-`{-~]/.test(character)) return KIND.punctuation
  if (character === '\n') return KIND.newline
  return /\s/.test(character) ? KIND.space : KIND.other
})

function kindOf(code: number): Kind {
  if (code === TYPOGRAPHIC_APOSTROPHE) return KIND.word
  return ASCII_KINDS[code] ?? KIND.other
}

/** An apostrophe begins a word, but goes on with punctuation that it stands in. */
function continues(kind: Kind, code: number): boolean {
  return kindOf(code) === kind || (kind === KIND.punctuation && code === APOSTROPHE)
}

/** The longest beginning of `text` that has at most `maxTokens` tokens: the text itself when it fits. */
export function cutToTokens(text: string, maxTokens: number): string {
  let left = maxTokens
  for (const piece of text.matchAll(PIECES)) {
    const size = charactersPerToken(piece)
    const tokens = Math.ceil(piece[0].length / size)
    if (tokens > left) return text.slice(0, piece.index + left * size)
    left -= tokens
  }
  return text
}

export interface TextPiece {
  readonly text: string
  /** Estimated tokens of this and all before. */
  readonly tokensSoFar: number
}

/** Cuts a text into pieces of about `size` tokens, the first of about one; together they are the text. */
export function splitByTokens(text: string, size: number): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let start = 0
  let tokensSoFar = 0
  let tokens = 0
  for (const piece of text.matchAll(PIECES)) {
    tokens += Math.ceil(piece[0].length / charactersPerToken(piece))
    if (tokens < (pieces.length === 0 ? 1 : size)) continue
    const end = piece.index + piece[0].length
    tokensSoFar += tokens
    pieces.push({ text: text.slice(start, end), tokensSoFar })
    start = end
    tokens = 0
  }
  if (start < text.length) pieces.push({ text: text.slice(start), tokensSoFar: tokensSoFar + tokens })
  return pieces
}
