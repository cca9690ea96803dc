/** Levels of lists and objects that a body may have: far more than what walks through it bears. */
const MOST_LEVELS = 10_000
/** Lists and objects that a body may have: millions of them take seconds to parse and to check. */
const MANY_NODES = 1_000_000
/** Characters for each, from which on a body may have more: a large batch has three times as many. */
const CHARACTERS_PER_NODE = 8
/** A shorter body takes no time to parse, however deep it is. */
const LONG_BODY = 100_000

const QUOTE = 34
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Why to parse a text of JSON would hold up the process for seconds; undefined where it would not. */
export function nestingProblem(text: string): string | undefined {
  if (text.length < LONG_BODY) return undefined
  let levels = 0
  let nodes = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_LIST:
      case OPEN_OBJECT:
        levels += 1
        nodes += 1
        if (levels > MOST_LEVELS) return 'The request body is nested too deeply.'
        if (nodes > Math.max(MANY_NODES, text.length / CHARACTERS_PER_NODE))
          return 'The request body has too many lists and objects.'
        break
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        levels -= 1
        break
    }
  }
  return undefined
}

/** Where the string that begins here ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
