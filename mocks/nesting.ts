/** Levels of lists and objects that a body may have: far more than what walks through it bears. */
const MOST_LEVELS = 10_000
/** A shorter body takes no time to parse, however deep it is. */
const LONG_BODY = 100_000

const QUOTE = 34
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Whether a text of JSON is so deep that to parse it would hold up the process for seconds. */
export function isTooDeep(text: string): boolean {
  if (text.length < LONG_BODY) return false
  let levels = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_LIST:
      case OPEN_OBJECT:
        levels += 1
        if (levels > MOST_LEVELS) return true
        break
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        levels -= 1
        break
    }
  }
  return false
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
