import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UnsupportedSchemaError } from '../../mocks/content/json-schema.ts'
import { instanceOf } from '../../mocks/content/schema-instance.ts'
import { vocabularyOf } from '../../mocks/content/vocabulary.ts'
import { createWork, MAX_STEPS } from '../../mocks/content/work.ts'
import { createWriter } from '../../mocks/content/writer.ts'
import { randomAbout } from '../../mocks/random.ts'
import { createRealClock } from '../../mocks/server/real-clock.ts'
import { createServerApp } from '../../mocks/server/server.ts'
import { hostileSchema, tangledSchema } from './hostile-schemas.ts'

/** A schema may be read this often: some 30 times for each step that is counted. */
const MOST_READS = 30 * MAX_STEPS

/** The value, throwing when it is read more often than that: counted from outside, whatever the mock counts. */
function readAtMost<T extends object>(
  value: T,
  most: number,
): { readonly value: T; readonly reads: () => number } {
  let reads = 0
  const known = new WeakMap<object, object>()
  const watched = (target: object): object => {
    let proxy = known.get(target)
    if (proxy === undefined) {
      proxy = new Proxy(target, {
        get(of, key) {
          reads += 1
          if (reads > most) throw new Error(`read ${reads} times`)
          const got = Reflect.get(of, key)
          return typeof got === 'object' && got !== null ? watched(got) : got
        },
      })
      known.set(target, proxy)
    }
    return proxy
  }
  return { value: watched(value) as T, reads: () => reads }
}

const sourceOf = (seed: number) => {
  const random = randomAbout('schemas', seed)
  return { random, writer: createWriter(vocabularyOf('Warehouse staff record every delivery.'), random) }
}

test.each([false, true])(
  'hostile schemas take no more than a bounded number of steps, lenient: %s',
  (lenient) => {
    fc.assert(
      fc.property(hostileSchema, fc.nat(100), (schema, seed) => {
        const work = createWork()
        const watched = readAtMost(schema, MOST_READS)
        try {
          instanceOf(watched.value, sourceOf(seed), { lenient, work })
        } catch (error) {
          if (!(error instanceof UnsupportedSchemaError)) throw error
        }
        expect(work.spent).toBeLessThan(MAX_STEPS * 1.2)
      }),
      { numRuns: 400, seed: 20_261_124 },
    )
  },
  120_000,
)

test('an instance of a tangled schema is valid, where there is one', () => {
  const ajv = new Ajv2020({ strict: false, logger: false, inlineRefs: false })
  let found = 0
  fc.assert(
    fc.property(tangledSchema, fc.nat(100), (schema, seed) => {
      let instance: unknown
      let isValid: boolean
      try {
        instance = instanceOf(schema, sourceOf(seed))
        isValid = ajv.validate(schema, instance)
      } catch (error) {
        // Of ajv, where a schema refers to itself without a value in between.
        if (error instanceof UnsupportedSchemaError || error instanceof RangeError) return
        throw error
      }
      found += 1
      expect([isValid, ajv.errors], JSON.stringify(instance)).toEqual([true, null])
    }),
    { numRuns: 1_000, seed: 20_261_124 },
  )
  expect(found).toBeGreaterThan(100)
}, 120_000)

test('each hostile schema has an answer: content, or a 400 that is the fault of the schema', async () => {
  const app = createServerApp({
    mock: {
      clock: createRealClock(),
      seed: 1,
      latency: { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 },
      limits: {},
      rejectMs: 0,
    },
    onUnexpected: () => {},
  })
  const headers = {
    'x-api-key': 'test',
    'anthropic-version': '2026-10-21',
    'content-type': 'application/json',
  }
  await fc.assert(
    fc.asyncProperty(hostileSchema, fc.constantFrom('format', 'tool', 'strict'), async (schema, where) => {
      const tool = { name: 'x', strict: where === 'strict', input_schema: { ...schema, type: 'object' } }
      const body = {
        model: 'claude-sonnet-5',
        max_tokens: 4_000,
        messages: [{ role: 'user', content: 'Describe the warehouse.' }],
        ...(where === 'format'
          ? { output_config: { format: { type: 'json_schema', schema } } }
          : { tools: [tool], tool_choice: { type: 'any' } }),
      }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      const response = await app.fetch(new Request('http://127.0.0.1:4141/v1/messages', init))
      const answer = await response.json()
      if (response.status === 200) return void expect(answer.type).toBe('message')
      expect([response.status, answer.error.type]).toEqual([400, 'invalid_request_error'])
      const place = where === 'format' ? 'output_config.format.schema' : 'tools.0.custom.input_schema'
      expect(answer.error.message).toMatch(new RegExp(`^(${place}: |prompt is too long)`))
    }),
    { numRuns: 300, seed: 20_261_124 },
  )
}, 120_000)
