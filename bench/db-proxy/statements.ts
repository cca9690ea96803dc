import { statementShape } from '../instrument/statement-shape.ts'

/**
 * What the names on one connection stand for: a prepared statement is sent with its text once, and executed
 * by its name, through a portal, ever after.
 */
export class Statements {
  readonly #shapes = new Map<string, string>()
  readonly #portals = new Map<string, string>()

  /** A Query message: nothing but text. */
  query(body: Buffer): string {
    return statementShape(strings(body, 1)[0])
  }

  /** A Parse message: the statement's name, then its text. */
  prepare(body: Buffer): string {
    const [name, text] = strings(body, 2)
    const shape = statementShape(text)
    this.#shapes.set(name, shape)
    return shape
  }

  /** A Bind message: the portal's name, then the statement's. */
  bind(body: Buffer): void {
    const [portal, statement] = strings(body, 2)
    this.#portals.set(portal, this.#shapes.get(statement) ?? UNKNOWN)
  }

  /** An Execute message: the shape of what its portal executes. */
  executed(body: Buffer): string {
    return this.#portals.get(strings(body, 1)[0]) ?? UNKNOWN
  }

  /** A Describe message: the shape of the statement or portal that it is about. */
  described(body: Buffer): string {
    const [kind, name] = target(body)
    return (kind === 'S' ? this.#shapes : this.#portals).get(name) ?? UNKNOWN
  }

  /** A Close message. */
  close(body: Buffer): void {
    const [kind, name] = target(body)
    if (kind === 'S') this.#shapes.delete(name)
    else this.#portals.delete(name)
  }

  /** A transaction has ended, and its portals with it. */
  forgetPortals(): void {
    this.#portals.clear()
  }
}

/** Of a statement that was prepared before it could be seen, or in SQL. */
const UNKNOWN = 'UNKNOWN'

/** The first strings of a body; one that is cut off or absent is as long as what is there. */
function strings<Count extends 1 | 2>(
  body: Buffer,
  count: Count,
): Count extends 1 ? [string] : [string, string] {
  const found: string[] = []
  let from = 0
  while (found.length < count) {
    const end = body.indexOf(0, from)
    found.push(body.toString('utf8', from, end < 0 ? body.length : end))
    from = end < 0 ? body.length : end + 1
  }
  return found as ReturnType<typeof strings<Count>>
}

/** What Describe and Close are about: S, a statement, or P, a portal; and its name. */
function target(body: Buffer): [kind: string, name: string] {
  return [String.fromCharCode(body[0] ?? 0), strings(body.subarray(1), 1)[0]]
}
