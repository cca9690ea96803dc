import fc from 'fast-check'

type Schema = Readonly<Record<string, unknown>>

const EVIL_PATTERNS = [
  '^(A|An|The|[A-Za-z]+|\\s)+!$',
  '^([a-zA-Z0-9]+\\s?)+@@$',
  '^(\\w+\\s?)*[#]$',
  '^(a?){100}a{100}$',
  '(.*)*x(.*)*y',
  '^a{1000000000}$',
  '^(ab){1000,1000000}$',
  '^(((a{1,100}){1,100}){1,100}){1,100}$',
  '(a|b)'.repeat(900),
  `${'('.repeat(2_400)}${')'.repeat(2_400)}`,
]

/** Schemas of `$defs` in a row, where each link asks twice for the next. */
function chain(links: number, link: (next: Schema) => Schema, end: unknown): Schema {
  const names = Array.from({ length: links }, (_, index) => `a${index}`)
  const defs = names.map((name, index) => [name, link({ $ref: `#/$defs/a${index + 1}` })])
  return { $ref: '#/$defs/a0', $defs: Object.fromEntries([...defs, [`a${links}`, end]]) }
}

const LINKS: readonly ((next: Schema) => Schema)[] = [
  (next) => ({ allOf: [next, next] }),
  (next) => ({
    allOf: [
      { ...next, title: 'a' },
      { ...next, title: 'b' },
    ],
  }),
  (next) => ({ anyOf: [next, next] }),
  (next) => ({ oneOf: [next, next] }),
  (next) => ({ anyOf: [{ allOf: [next, next] }, { allOf: [next, { minLength: 1 }] }] }),
  (next) => ({ not: { not: next }, anyOf: [next, next] }),
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  (next) => ({ if: next, then: next, else: next }),
  (next) => ({ type: 'object', required: ['x', 'y'], properties: { x: next, y: next } }),
  (next) => ({
    type: 'object',
    minProperties: 3,
    additionalProperties: next,
    propertyNames: { minLength: 2 },
  }),
  (next) => ({ type: 'array', minItems: 3, items: next }),
  (next) => ({ type: 'array', prefixItems: [next, next], minItems: 2 }),
  (next) => ({ type: 'array', contains: next, minContains: 3 }),
]

const ENDS: readonly unknown[] = [
  {},
  false,
  { type: 'string' },
  { type: 'object' },
  { type: 'string', minLength: 3, maxLength: 2 },
  { not: {} },
  { $ref: '#' },
  { $ref: '#/$defs/a0' },
]

const chains = fc
  .tuple(fc.integer({ min: 10, max: 200 }), fc.constantFrom(...LINKS), fc.constantFrom(...ENDS))
  .map(([links, link, end]) => chain(links, link, end))

const patterns = fc
  .tuple(
    fc.constantFrom(...EVIL_PATTERNS),
    fc.constantFrom<(pattern: string) => Schema>(
      (pattern) => ({ type: 'string', pattern }),
      (pattern) => ({ type: 'string', pattern, minLength: 5_000 }),
      (pattern) => ({ type: 'array', minItems: 200, items: { type: 'string', pattern } }),
      (pattern) => ({ type: 'string', not: { pattern } }),
      (pattern) => ({ oneOf: [{ type: 'string' }, { type: 'string', pattern }] }),
      (pattern) => ({ type: 'object', minProperties: 5, patternProperties: { [pattern]: {} } }),
      (pattern) => ({ type: 'object', minProperties: 5, propertyNames: { pattern } }),
      (pattern) => ({
        allOf: Array.from({ length: 60 }, (_, n) => ({ type: 'string', pattern: `${pattern}${n}` })),
      }),
      (pattern) => ({ type: 'string', description: `{pattern: ${JSON.stringify(pattern)}}` }),
    ),
  )
  .map(([pattern, schemaOf]) => schemaOf(pattern))

const sizes = fc
  .tuple(
    fc.constantFrom(1_000, 50_000, 1e9),
    fc.constantFrom<(size: number) => Schema>(
      (size) => ({ type: 'array', minItems: size, items: {} }),
      (size) => ({ type: 'array', minItems: size, items: { type: 'array', minItems: size, items: {} } }),
      (size) => ({ type: 'array', minItems: size, uniqueItems: true, items: { enum: [1, 2] } }),
      (size) => ({ type: 'array', minItems: size, items: { const: 'x'.repeat(10_000) } }),
      (size) => ({ type: 'array', minItems: size, items: { type: 'string', minLength: size } }),
      (size) => ({ type: 'array', contains: {}, minContains: size }),
      (size) => ({ type: 'object', minProperties: size, additionalProperties: { type: 'string' } }),
      (size) => ({ type: 'string', pattern: '^[a-z ]*$', minLength: size }),
      (size) => ({ type: 'string', description: `{${'a: "x, '.repeat(Math.min(size, 50_000))}}` }),
      (size) => ({ anyOf: Array(Math.min(size, 50_000)).fill(false) }),
      (size) => ({ type: Array(Math.min(size, 50_000)).fill('string'), allOf: [{ type: ['number'] }] }),
      (size) => ({ $ref: `#/${'a/'.repeat(Math.min(size, 50_000))}` }),
      (size) => {
        const part = { const: Array(Math.min(size, 20_000)).fill(7), title: 'x' }
        return { allOf: Array.from({ length: 50 }, () => part) }
      },
      (size) => {
        const unknown = Array.from({ length: Math.min(size, 5_000) }, (_, n) => [`x-${n}`, 1])
        return { type: 'array', minItems: 500, items: Object.fromEntries(unknown) }
      },
      (size) => ({ anyOf: Array.from({ length: Math.min(size, 5_000) }, () => ({ type: 'date' })) }),
      (size) => ({ oneOf: Array.from({ length: Math.min(size, 5_000) }, (_, n) => ({ const: n % 99 })) }),
      (size) => ({
        allOf: Array.from({ length: 50 }, () => ({ enum: Array(Math.min(size, 5_000)).fill(7) })),
      }),
    ),
  )
  .map(([size, schemaOf]) => schemaOf(size))

/** Definitions that refer to each other at random. */
export const tangledSchema: fc.Arbitrary<Schema> = fc.integer({ min: 1, max: 8 }).chain((count) => {
  const reference = fc.nat(count - 1).map((index) => ({ $ref: `#/$defs/d${index}` }))
  const leaf = fc.constantFrom<Schema>(
    {},
    { type: 'string' },
    { type: 'integer', minimum: 3 },
    { type: 'null' },
    { enum: ['a', 3] },
    { type: 'string', pattern: '^(a|b)+$' },
    { required: ['a'] },
  )
  const node = fc.letrec<{ node: unknown }>((tie) => {
    const some = fc.array(tie('node'), { minLength: 1, maxLength: 3 })
    const named = fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'), { noNullPrototype: true })
    return {
      node: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        reference,
        leaf,
        fc.boolean(),
        some.map((allOf) => ({ allOf })),
        some.map((anyOf) => ({ anyOf })),
        some.map((oneOf) => ({ oneOf })),
        tie('node').map((not) => ({ not })),
        fc.tuple(tie('node'), tie('node')).map(([condition, then]) => ({ if: condition, then, else: then })),
        named.map((properties) => ({ type: 'object', properties, required: Object.keys(properties) })),
        named.map((properties) => ({ properties, additionalProperties: false })),
        named.map((patternProperties) => ({ patternProperties, minProperties: 2 })),
        named.map((dependentSchemas) => ({ dependentSchemas })),
        fc.tuple(tie('node'), fc.nat(3)).map(([items, minItems]) => ({ type: 'array', items, minItems })),
        tie('node').map((contains) => ({ type: 'array', contains })),
        some.map((prefixItems) => ({ type: 'array', prefixItems, minItems: 2 })),
      ),
    }
  }).node
  return fc
    .tuple(
      fc.array(node, { minLength: count, maxLength: count }),
      fc.array(reference, { minLength: 1, maxLength: 3 }),
    )
    .map(([definitions, allOf]) => ({
      allOf,
      $defs: Object.fromEntries(definitions.map((definition, index) => [`d${index}`, definition])),
    }))
})

const references = fc
  .constantFrom(
    '#',
    '#/',
    '#/%zz',
    '#foo',
    '#/enum',
    '#/title',
    '#/$defs',
    '/x',
    'https://example.com/s',
    '#/__proto__',
  )
  .map(($ref) => ({ $ref, enum: [1], title: 'x', $defs: {} }))

/** Schemas that are more work than they look; some have an instance, some have none. */
export const hostileSchema: fc.Arbitrary<Schema> = fc
  .oneof(
    { arbitrary: chains, weight: 4 },
    { arbitrary: patterns, weight: 3 },
    { arbitrary: sizes, weight: 2 },
    { arbitrary: tangledSchema, weight: 8 },
    { arbitrary: references, weight: 1 },
  )
  // As it arrives: no part is the same object as another.
  .map((schema) => JSON.parse(JSON.stringify(schema)))
