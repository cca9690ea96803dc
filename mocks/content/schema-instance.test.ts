import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomAbout } from '../random.ts'
import { DOCUMENT } from '../test-support.ts'
import { type JsonSchema, UnsupportedSchemaError } from './json-schema.ts'
import { instanceOf } from './schema-instance.ts'
import { vocabularyOf } from './vocabulary.ts'
import { createWriter } from './writer.ts'

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)

function make(schema: JsonSchema, seed: number) {
  const random = randomAbout('test', seed)
  return instanceOf(schema, { random, writer: createWriter(vocabularyOf(DOCUMENT), random) })
}

function errorsOf(schema: JsonSchema, instance: unknown) {
  const validate = ajv.compile(schema)
  return validate(instance) ? [] : validate.errors
}

const card = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'kind'],
  properties: {
    title: { type: 'string', minLength: 5, maxLength: 30 },
    kind: { enum: ['need', 'problem', null, 3] },
  },
} as const

const schemas: Readonly<Record<string, JsonSchema>> = {
  anything: true,
  nothing: {},
  objects: {
    type: 'object',
    properties: { cards: { type: 'array', items: card, minItems: 6, maxItems: 6 } },
    required: ['cards'],
  },
  references: {
    $ref: '#/$defs/pair',
    $defs: {
      pair: {
        type: 'object',
        properties: { a: { $ref: '#/$defs/card' }, b: { $ref: '#/definitions/c' } },
        required: ['a', 'b'],
      },
      card,
    },
    definitions: { c: card },
  },
  recursion: {
    type: 'object',
    required: ['name', 'children'],
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
  },
  'recursion through a branch': {
    $ref: '#/$defs/tree',
    $defs: {
      tree: {
        anyOf: [
          {
            type: 'object',
            required: ['left', 'right'],
            properties: { left: { $ref: '#/$defs/tree' }, right: { $ref: '#/$defs/tree' } },
          },
          { type: 'null' },
        ],
      },
    },
  },
  'const and null': {
    type: 'object',
    required: ['a', 'b'],
    properties: { a: { const: 'x' }, b: { type: ['string', 'null'] } },
  },
  anyOf: {
    type: 'array',
    minItems: 9,
    items: {
      anyOf: [{ type: 'string', format: 'uuid' }, { type: 'integer', minimum: -5, maximum: -2 }, card],
    },
  },
  'oneOf with branches that overlap': {
    type: 'array',
    minItems: 9,
    items: {
      oneOf: [
        { type: 'integer', minimum: 1, maximum: 5 },
        { type: 'integer', minimum: 4, maximum: 20 },
      ],
    },
  },
  allOf: {
    allOf: [
      { type: 'object', properties: { a: { type: 'number', minimum: 2 } }, required: ['a'] },
      { properties: { a: { maximum: 2.5 }, b: { type: 'boolean' } }, required: ['b'] },
    ],
  },
  formats: {
    type: 'object',
    required: ['date-time', 'date', 'time', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
    properties: Object.fromEntries(
      ['date-time', 'date', 'time', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'].map(
        (format) => [format, { type: 'string', format }],
      ),
    ),
  },
  patterns: { type: 'array', minItems: 5, items: { type: 'string', pattern: '^[A-Z]{3}-\\d{2,4}\\.x?$' } },
  'pattern that is not anchored': { type: 'string', pattern: 'a_\\d', maxLength: 10 },
  lengths: { type: 'array', minItems: 5, items: { type: 'string', minLength: 300, maxLength: 305 } },
  'one character': { type: 'string', maxLength: 1 },
  'unique items': { type: 'array', minItems: 4, uniqueItems: true, items: { enum: ['a', 'b', 'c', 'd'] } },
  'narrow numbers': {
    type: 'array',
    minItems: 5,
    items: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.001 },
  },
  steps: { type: 'array', minItems: 5, items: { type: 'number', minimum: 0.3, multipleOf: 0.25 } },
  'required without properties': { type: 'object', required: ['free'] },
  'names of Object.prototype': {
    type: 'object',
    required: ['toString'],
    properties: { toString: { type: 'integer' } },
  },
}

for (const [name, schema] of Object.entries(schemas)) {
  test(`instances are valid: ${name}`, () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const instance = make(schema, seed)
      expect(errorsOf(schema, instance), JSON.stringify(instance)).toEqual([])
    }
  })
}

const bounds = (least: number, most: number) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 0, max: 5 }))
    .map(([min, more]) => [min, min + more] as const)

const generated = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    bounds(0, 40).map(([minLength, maxLength]) => ({ type: 'string', minLength, maxLength })),
    bounds(-50, 50).map(([minimum, maximum]) => ({ type: 'integer', minimum, maximum })),
    bounds(-50, 50).map(([minimum, maximum]) => ({ type: 'number', minimum, maximum })),
    fc
      .constantFrom('date-time', 'email', 'uuid', 'ipv6', 'uri')
      .map((format) => ({ type: 'string', format })),
    fc.constantFrom({ type: 'boolean' }, { type: 'null' }, { type: ['integer', 'null'] }, {}),
    fc
      .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1 })
      .map((values) => ({ enum: values })),
    fc
      .tuple(tie('schema'), bounds(0, 3))
      .map(([items, [minItems, maxItems]]) => ({ type: 'array', items, minItems, maxItems })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc
      .tuple(
        fc.dictionary(fc.string({ maxLength: 8 }), tie('schema'), { maxKeys: 4, noNullPrototype: true }),
        fc.boolean(),
      )
      .map(([properties, all]) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).filter((_, index) => all || index % 2 === 0),
        additionalProperties: false,
      })),
  ) as fc.Arbitrary<JsonSchema>,
})).schema

test('instances of generated schemas are valid', () => {
  fc.assert(
    fc.property(generated, fc.nat(1_000), (schema, seed) => {
      const instance = make(schema, seed)
      expect(errorsOf(schema, instance), JSON.stringify(instance)).toEqual([])
    }),
    { numRuns: 200, seed: 20_261_124 },
  )
})

test.each([
  ['a keyword that is not understood', { $dynamicRef: '#meta' }],
  ['a schema that excludes all', { not: {} }],
  ['a schema without an instance', { type: 'array', minItems: 3, maxItems: 2 }],
  ['recursion without an end', { type: 'object', required: ['next'], properties: { next: { $ref: '#' } } }],
  ['a pattern that nothing matches', { type: 'string', pattern: '^(a|b)+(?=c)$' }],
  ['a pattern that refers back', { type: 'string', pattern: '^("|<)x\\1$' }],
  ['a reference to nothing', { $ref: '#/$defs/none' }],
  ['a reference to another document', { $ref: 'https://example.com/schema' }],
  ['types that exclude each other', { allOf: [{ type: 'string' }, { type: 'number' }] }],
] satisfies [string, unknown][])('%s is refused', (_, schema) => {
  expect(() => make(schema as JsonSchema, 1)).toThrow(UnsupportedSchemaError)
})

test('constraints that the SDK moved into the description are followed', () => {
  const hinted: JsonSchema = {
    type: 'array',
    description: 'What to do, {in order}\n\n{minItems: 6, maxItems: 6}',
    items: {
      type: 'string',
      description: '{pattern: "^[a-c]{2}, minLength: $", minLength: 3, maxLength: 40}',
    },
  }
  const plain = {
    type: 'array',
    minItems: 6,
    maxItems: 6,
    items: { type: 'string', pattern: '^[a-c]{2}, minLength: $' },
  } as const
  expect(errorsOf(plain, make(hinted, 5))).toEqual([])
})

test('a description that only looks like hints is left alone', () => {
  expect(make({ type: 'integer', description: '{minimum: many}' }, 1)).toBeTypeOf('number')
})

test('strings are in the words of the document', () => {
  const schema: JsonSchema = {
    type: 'object',
    properties: { title: { type: 'string' }, narrative: { type: 'string' } },
    required: ['title', 'narrative'],
  }
  const { title, narrative } = make(schema, 3) as { title: string; narrative: string }
  const { phrases } = vocabularyOf(DOCUMENT)
  expect(phrases.some((phrase) => title.toLowerCase().includes(phrase.toLowerCase()))).toBe(true)
  expect(narrative).toMatch(/^As a .+, I (want|need) .+\.$/)
})

test('an enum that an older SDK moved into the description is followed', () => {
  const hinted: JsonSchema = { type: 'string', description: '{enum: ["need","problem"]}' }
  expect(['need', 'problem']).toContain(make(hinted, 3))
})
