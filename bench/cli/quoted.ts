/** An argument as it is typed into a POSIX shell: in quotes where it needs them. */
export function quoted(text: string): string {
  return /^[\w,.=/:@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
