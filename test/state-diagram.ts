// The state machines that docs/engine.md draws in Mermaid, as data.

/** An arrow between two states; `[*]` is where there is none yet. */
export interface Arrow {
  readonly from: string
  readonly to: string
  /** What is written on it, e.g. `claim`. */
  readonly words: readonly string[]
}

/** The diagrams in their order. @throws where a line is not an arrow with a word on it */
export function readDiagrams(markdown: string): Arrow[][] {
  const blocks = [...markdown.matchAll(/```mermaid\nstateDiagram-v2\n([\s\S]*?)```/g)]
  return blocks.map(([, lines = '']) => lines.trim().split('\n').map(readArrow))
}

function readArrow(line: string): Arrow {
  const [, from, to, words] = /^\s*(\[\*\]|\w+) --> (\w+) : ([a-z ,]+)$/.exec(line) ?? []
  if (!from || !to || !words) throw new Error(`expected an arrow with a word on it, got "${line}"`)
  return { from, to, words: words.split(', ') }
}
