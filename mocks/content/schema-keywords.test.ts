import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { randomAbout } from '../random.ts'
import { DOCUMENT } from '../test-support.ts'
import type { JsonSchema } from './json-schema.ts'
import { instanceOf } from './schema-instance.ts'
import { vocabularyOf } from './vocabulary.ts'
import { createWriter } from './writer.ts'

const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
addFormats.default(ajv)

function make(schema: JsonSchema, seed: number) {
  const random = randomAbout('keywords', seed)
  return instanceOf(schema, { random, writer: createWriter(vocabularyOf(DOCUMENT), random) })
}

const of = (schema: z.ZodType) => z.toJSONSchema(z.object({ a: schema })) as JsonSchema
const nested = (depth: number): JsonSchema =>
  depth === 0
    ? { type: 'string' }
    : { type: 'object', required: ['a'], properties: { a: nested(depth - 1) }, additionalProperties: false }

const schemas: Readonly<Record<string, JsonSchema>> = {
  'z.tuple': of(z.tuple([z.string(), z.number()])),
  'z.tuple with a rest': of(z.tuple([z.string(), z.number()]).rest(z.boolean())),
  'z.record': of(z.record(z.string(), z.number())),
  'z.record of an enum': of(z.record(z.enum(['a', 'b']), z.number())),
  'z.record of a pattern': of(z.record(z.string().regex(/^k_\d+$/), z.number())),
  'z.partialRecord': of(z.partialRecord(z.enum(['a', 'b']), z.number())),
  'startsWith and endsWith': of(z.string().startsWith('foo').endsWith('bar').includes('mid')),
  'a password by several patterns': of(z.string().regex(/\d/).regex(/[A-Z]/).min(8)),
  'passwords of a few characters': of(
    z
      .array(
        z
          .string()
          .regex(/\d/)
          .regex(/[A-Z]/)
          .regex(/[^\w\s]/)
          .min(8)
          .max(20),
      )
      .min(10),
  ),
  'passwords of as many characters as patterns': of(z.string().regex(/\d/).regex(/[A-Z]/).length(2)),
  'a beginning, a digit and an end': of(z.string().startsWith('ab').regex(/\d/).endsWith('yz').min(30)),
  'capitals with a digit': of(
    z
      .string()
      .regex(/^[A-Z0-9]+$/)
      .regex(/\d/)
      .min(40)
      .max(50),
  ),
  'a group that repeats': of(z.string().regex(/^(foo|bar)+$/)),
  'lower and upper case': of(z.tuple([z.string().lowercase(), z.string().uppercase().min(20).max(25)])),
  'z.templateLiteral': of(z.templateLiteral(['a-', z.int(), '-', z.enum(['x', 'y'])])),
  'z.discriminatedUnion': of(
    z.discriminatedUnion('k', [
      z.object({ k: z.literal('a'), v: z.string() }),
      z.object({ k: z.literal('b'), v: z.number() }),
    ]),
  ),
  'z.intersection': of(z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() }))),
  "zod's formats": of(
    z.tuple([
      z.tuple([z.email(), z.base64(), z.base64url(), z.cuid(), z.cuid2(), z.ulid(), z.nanoid(), z.e164()]),
      z.tuple([z.cidrv4(), z.cidrv6(), z.emoji(), z.guid(), z.xid(), z.ksuid(), z.hex(), z.uuidv7()]),
      z.tuple([z.iso.date(), z.iso.datetime(), z.iso.time(), z.iso.duration()]),
    ]),
  ),
  prefixItems: { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'integer' }, minItems: 4 },
  'prefixItems and nothing else': {
    type: 'array',
    prefixItems: [{ type: 'string' }, { type: 'null' }],
    items: false,
    minItems: 2,
  },
  'prefixItems in allOf': {
    allOf: [{ prefixItems: [{ type: 'number' }], minItems: 2 }, { prefixItems: [{ minimum: 40 }, true] }],
  },
  patternProperties: {
    type: 'object',
    minProperties: 2,
    patternProperties: { '^x-(a|b)\\d$': { type: 'integer' } },
    additionalProperties: false,
  },
  'patternProperties for a property that is named': {
    type: 'object',
    required: ['x-size'],
    properties: { 'x-size': { minimum: 50 } },
    patternProperties: { '^x-': { type: 'integer', maximum: 60 } },
  },
  propertyNames: { type: 'object', minProperties: 2, propertyNames: { pattern: '^[A-Z]{2}$' } },
  minProperties: { type: 'object', minProperties: 12 },
  maxProperties: {
    type: 'object',
    properties: Object.fromEntries(Array.from('abcdefghijklmnop', (name) => [name, {}])),
    required: ['c'],
    maxProperties: 2,
  },
  'not a type': { type: 'array', minItems: 9, items: { not: { type: 'string' } } },
  'not a value': { type: 'array', minItems: 9, items: { type: 'integer', not: { enum: [1, 2, 3] } } },
  'not a property': { type: 'object', properties: { a: {}, b: {} }, not: { required: ['a'] } },
  'if, then, else': {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: ['a', 'b'] }, a: { type: 'string' }, b: { type: 'string' } },
    if: { properties: { kind: { const: 'a' } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { required: ['a'] },
    else: { required: ['b'], properties: { a: false } },
  },
  dependentRequired: {
    type: 'object',
    properties: { a: {}, b: {}, c: {} },
    dependentRequired: { a: ['b'], b: ['c'] },
  },
  dependentSchemas: {
    type: 'object',
    required: ['a'],
    properties: { a: {} },
    dependentSchemas: { a: { properties: { z: { type: 'integer' } }, required: ['z'] } },
  },
  contains: {
    type: 'array',
    items: { type: 'integer' },
    contains: { minimum: 50 },
    minContains: 2,
    maxContains: 3,
  },
  unevaluatedProperties: {
    type: 'object',
    allOf: [{ properties: { a: { type: 'string' } } }],
    properties: { b: {} },
    unevaluatedProperties: false,
  },
  'an enum with a bound': { allOf: [{ enum: [1, 2, 3] }, { minimum: 2 }] },
  'two steps': { allOf: [{ type: 'integer', multipleOf: 4, minimum: 1 }, { multipleOf: 6 }] },
  'a password': { type: 'string', pattern: '^(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d]{8,}$' },
  'a long pattern': { type: 'string', pattern: '^[a-z]+-[a-z]+$', minLength: 50, maxLength: 60 },
  'letters of Unicode': { type: 'string', pattern: '^\\p{Lu}\\p{Ll}+$' },
  'one thing said twice': {
    allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }],
    $defs: { a: { minimum: 3 } },
  },
  'a nesting of 300': nested(300),
}

for (const [name, schema] of Object.entries(schemas)) {
  test(`instances are valid: ${name}`, () => {
    const validate = ajv.compile(schema)
    for (let seed = 0; seed < 30; seed += 1) {
      const instance = make(schema, seed)
      expect([validate(instance), validate.errors], JSON.stringify(instance)).toEqual([true, null])
    }
  })
}

test('a list that is open has entries', () => {
  expect(
    Object.keys(make({ type: 'object', additionalProperties: { type: 'integer' } }, 1) as object),
  ).not.toEqual([])
})
