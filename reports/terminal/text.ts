/**
 * What a result file holds as text, made safe for a terminal: an escape sequence or a line break in a title
 * must not move the cursor.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** Breaks text into lines of at most `width` characters, the later ones indented by `indent` spaces. */
export function wrap(text: string, width: number, indent = 0): readonly string[] {
  const lines: string[] = []
  const margin = ' '.repeat(indent)
  let line = ''
  const room = () => Math.max(1, width - (lines.length > 0 ? indent : 0))
  const end = () => {
    lines.push(`${lines.length > 0 ? margin : ''}${line}`)
    line = ''
  }
  for (const word of text.split(' ').filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > room()) end()
    let rest = word
    while (line === '' && rest.length > room()) {
      line = rest.slice(0, room())
      rest = rest.slice(line.length)
      end()
    }
    line = line === '' ? rest : `${line} ${rest}`
  }
  if (line !== '' || lines.length === 0) end()
  return lines
}
