/** Figures in rows and columns, as text: what the terminal and Markdown both lay out. */
export interface FigureTable {
  readonly title: string
  /** What the figures are, one sentence. */
  readonly intro: string
  /** The first column is text, the others are figures. */
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns that may be left out where there is no room, by number, the least needed first. */
  readonly optional: readonly number[]
  /** What a reader should see in it, or must know to read it, one sentence each. */
  readonly findings: readonly string[]
}
