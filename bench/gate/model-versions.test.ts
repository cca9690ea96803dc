import { expect, test } from 'vitest'
import { readModelVersions } from './model-versions.ts'

test('the fingerprints of the models are the same each time', async () => {
  const first = await readModelVersions()
  expect(first.mock).toMatch(/^[0-9a-f]{16}$/)
  expect(await readModelVersions()).toEqual(first)
})
