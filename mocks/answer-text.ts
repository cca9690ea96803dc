import { estimateTokens, splitByTokens, type TextPiece } from './tokens.ts'

/** The text of an answer and what is worked out about it when it is first asked for. */
export class AnswerText {
  private inTokens?: number
  private inJson?: string
  private inPieces?: { readonly size: number; readonly pieces: readonly JsonPiece[] }

  constructor(readonly text: string) {}

  /** Estimated. */
  get tokens(): number {
    this.inTokens ??= estimateTokens(this.text)
    return this.inTokens
  }

  /** The text as JSON, quotes included. */
  get json(): string {
    this.inJson ??= JSON.stringify(this.text)
    return this.inJson
  }

  /** Pieces of about `size` tokens, each as JSON: see splitByTokens. */
  pieces(size: number): readonly JsonPiece[] {
    if (this.inPieces?.size !== size) {
      const pieces = splitByTokens(this.text, size).map(({ text, tokensSoFar }) => ({
        json: JSON.stringify(text),
        tokensSoFar,
      }))
      this.inPieces = { size, pieces }
    }
    return this.inPieces.pieces
  }
}

export interface JsonPiece extends Pick<TextPiece, 'tokensSoFar'> {
  readonly json: string
}

/** The last one: a content handler often answers with the same text again and again. */
let latest = new AnswerText('')

export function answerText(text: string): AnswerText {
  if (latest.text !== text) latest = new AnswerText(text)
  return latest
}
