/** An error of ours in PostgreSQL's form, which ends the connection: clients show it as they show the server's. */
export function fatalError(code: string, message: string, hint: string): Buffer {
  const fields = Object.entries({ S: 'FATAL', V: 'FATAL', C: code, M: message, H: hint })
  const body = Buffer.from(`${fields.map(([name, value]) => `${name}${value}\0`).join('')}\0`)
  const header = Buffer.alloc(5)
  header.write('E')
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}
