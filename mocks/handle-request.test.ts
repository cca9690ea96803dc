import { expect, test } from 'vitest'
import { createClaudeMock } from './claude-mock.ts'
import { FAST, testClock } from './test-support.ts'

test.each([
  ['https://api.anthropic.com', '/v1/messages', 'GET /v1/messages'],
  ['http://127.0.0.1:8080', '/v1/models?limit=5', 'GET /v1/models'],
  ['http://localhost', '', 'GET /'],
])('the route of %s%s in the journal is %s', async (baseUrl, path, route) => {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 7, latency: FAST, limits: {}, baseUrl })
  await clock.run(mock.fetch(`${baseUrl}${path}`))
  expect(mock.journal.entries[0]?.route).toBe(route)
})
