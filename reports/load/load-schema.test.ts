import { expect, test } from 'vitest'
import { LOAD_RESULT } from './load-result.test-data.ts'
import { loadResultSchema } from './load-schema.ts'

test('a result is read back from its JSON as it was', () => {
  expect(loadResultSchema.parse(JSON.parse(JSON.stringify(LOAD_RESULT)))).toEqual(LOAD_RESULT)
})

test('an unknown key is refused', () => {
  const [load] = LOAD_RESULT.loads
  const more = { ...LOAD_RESULT, loads: [{ ...load, meanMs: 3 }] }
  expect(loadResultSchema.safeParse(more).success).toBe(false)
})
