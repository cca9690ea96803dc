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
  const { length } = text
  if (length >= LONG_TEXT && length <= LONGEST_SCRATCH) {
    if (scratch.length < length) scratch = new Uint8Array(length)
    // A text of ASCII has as many bytes as characters. One of other characters may fill the scratch with its
    // beginning, which is as many bytes too.
    const { read, written } = encoder.encodeInto(text, scratch)
    if (read === length && written === length) return asciiTokens(scratch, length)
  }
  let state = 0
  let tokens = 0
  for (let at = 0; at < length; at += 1) {
    state = NEXT_STATE[state * KINDS + kindAt(text, at)] ?? 0
    tokens += BEGINS_TOKEN[state] ?? 0
  }
  return tokens
}

/** Characters from which on a text is counted in quarters, and up to which. */
const LONG_TEXT = 1_000
const LONGEST_SCRATCH = 1_000_000

const encoder = new TextEncoder()
let scratch = new Uint8Array(16_384)

/**
 * The quarters of the text side by side: each step of a scan waits for the one before it, those of four
 * scans for none of the others. A quarter begins after a space, where every scan is in the same state.
 */
function asciiTokens(bytes: Uint8Array, length: number): number {
  const second = afterSpace(bytes, length >> 2, length)
  const third = afterSpace(bytes, length >> 1, length)
  const fourth = afterSpace(bytes, length - (length >> 2), length)
  const shortest = Math.min(second, third - second, fourth - third, length - fourth)
  let tokens = 0
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let at = 0; at < shortest; at += 1) {
    a |= ASCII_KINDS[bytes[at] ?? 0] ?? 0
    b |= ASCII_KINDS[bytes[second + at] ?? 0] ?? 0
    c |= ASCII_KINDS[bytes[third + at] ?? 0] ?? 0
    d |= ASCII_KINDS[bytes[fourth + at] ?? 0] ?? 0
    tokens += (BEGUN[a] ?? 0) + (BEGUN[b] ?? 0) + (BEGUN[c] ?? 0) + (BEGUN[d] ?? 0)
    a = NEXT_ROW[a] ?? 0
    b = NEXT_ROW[b] ?? 0
    c = NEXT_ROW[c] ?? 0
    d = NEXT_ROW[d] ?? 0
  }
  return (
    tokens +
    tokensFrom(a, bytes, shortest, second) +
    tokensFrom(b, bytes, second + shortest, third) +
    tokensFrom(c, bytes, third + shortest, fourth) +
    tokensFrom(d, bytes, fourth + shortest, length)
  )
}

/** @param startRow The state at `from`, times KINDS. */
function tokensFrom(startRow: number, bytes: Uint8Array, from: number, to: number): number {
  let row = startRow
  let tokens = 0
  for (let at = from; at < to; at += 1) {
    const step = row | (ASCII_KINDS[bytes[at] ?? 0] ?? 0)
    tokens += BEGUN[step] ?? 0
    row = NEXT_ROW[step] ?? 0
  }
  return tokens
}

function afterSpace(bytes: Uint8Array, from: number, length: number): number {
  const space = bytes.indexOf(SPACE, from)
  return space < 0 || space >= length ? length : space + 1
}

const SPACE = 32

const KIND = {
  space: 0,
  word: 1,
  digit: 2,
  punctuation: 3,
  newline: 4,
  other: 5,
  apostrophe: 6,
  half: 7,
} as const
const KINDS = 8

const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (character === "'") return KIND.apostrophe
  if (/[A-Za-z]/.test(character)) return KIND.word
  if (/[0-9]/.test(character)) return KIND.digit
  if (/[!-/:-@[-`{-~]/.test(character)) return KIND.punctuation
  if (character === '\n') return KIND.newline
  return /\s/.test(character) ? KIND.space : KIND.other
})

const TYPOGRAPHIC_APOSTROPHE = 0x2019

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 128 ? (ASCII_KINDS[code] ?? 0) : kindBeyondAscii(text, at)
}

function kindBeyondAscii(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code === TYPOGRAPHIC_APOSTROPHE) return KIND.word
  if (isLowSurrogate(code) && isHighSurrogate(text.charCodeAt(at - 1))) return KIND.half
  return /\s/u.test(text.charAt(at)) ? KIND.space : KIND.other
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000
}

/**
 * The states of the scan: the kind of the piece that it is in, and how many characters into a token. A table
 * of them, because branches by the kind are guessed wrongly at every word.
 */
const STATES = [
  { kind: KIND.space, into: 0 },
  { kind: KIND.other, into: 0 },
  // The second half of a character.
  { kind: KIND.other, into: 1 },
  { kind: KIND.newline, into: 0 },
  { kind: KIND.newline, into: 1 },
  ...statesOf(KIND.word, CHARACTERS_PER_TOKEN.word),
  ...statesOf(KIND.digit, CHARACTERS_PER_TOKEN.digits),
  ...statesOf(KIND.punctuation, CHARACTERS_PER_TOKEN.punctuation),
]

function statesOf(kind: number, size: number) {
  return Array.from({ length: size }, (_, into) => ({ kind, into }))
}

const BEGINS_TOKEN = Uint8Array.from(STATES, ({ kind, into }) => (kind !== KIND.space && into === 0 ? 1 : 0))

const NEXT_STATE = Uint8Array.from(
  STATES.flatMap((from) => Array.from({ length: KINDS }, (_, kind) => stateAfter(from, kind))),
)

/** By state times KINDS and kind: the next state times KINDS, and whether a token began. */
const NEXT_ROW = NEXT_STATE.map((state) => state * KINDS)
const BEGUN = NEXT_STATE.map((state) => BEGINS_TOKEN[state] ?? 0)

function stateAfter(from: (typeof STATES)[number], character: number): number {
  if (character === KIND.half) return STATES.findIndex(({ kind, into }) => kind === KIND.other && into === 1)
  const kind = character === KIND.apostrophe ? kindOfApostrophe(from.kind) : character
  const into = kind === from.kind && kind !== KIND.other ? from.into + 1 : 0
  const found = STATES.findIndex((state) => state.kind === kind && state.into === into)
  if (found >= 0) return found
  // A run of newlines is one token, however long; any other piece begins another one.
  return kind === KIND.newline ? STATES.indexOf(from) : STATES.findIndex((state) => state.kind === kind)
}

/** Whether a piece ends between two states. */
const ENDS_PIECE = STATES.flatMap((from) =>
  STATES.map((to) => {
    const goesOn = to.kind === from.kind && (from.kind !== KIND.other || to.into === 1)
    return from.kind !== KIND.space && !goesOn
  }),
)

/** An apostrophe begins a word, but goes on with punctuation that it stands in. */
function kindOfApostrophe(before: number): number {
  return before === KIND.punctuation ? KIND.punctuation : KIND.word
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
  let tokensBefore = 0
  let tokens = 0
  let state = 0
  for (let at = 0; at < text.length; at += 1) {
    const next = NEXT_STATE[state * KINDS + kindAt(text, at)] ?? 0
    if (
      ENDS_PIECE[state * STATES.length + next] &&
      tokens - tokensBefore >= (pieces.length === 0 ? 1 : size)
    ) {
      pieces.push({ text: text.slice(start, at), tokensSoFar: tokens })
      start = at
      tokensBefore = tokens
    }
    tokens += BEGINS_TOKEN[next] ?? 0
    state = next
  }
  if (start < text.length) pieces.push({ text: text.slice(start), tokensSoFar: tokens })
  return pieces
}
