import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepInvocations } from '../bench/cli/kept-invocations.ts'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type ApiServer, createApi, serveApi } from '../engine/http/index.ts'
import { TIER_FLAGS } from '../engine/index.ts'
import { type EngineInRealTime, openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'

let databases: DatabaseServer
let world: EngineInRealTime
let server: ApiServer
const client = new AbortController()
beforeAll(async () => {
  databases = await startDatabaseServer()
  world = openEngineInRealTime(await databases.createDatabase())
})
afterAll(async () => {
  await server.close(1_000)
  await world.close()
  await databases.close()
})

test('an invocation goes on, and is waited for, when its client has closed the connection', async () => {
  const engine = world.engine({
    onEvent: ({ type }) => {
      if (type === 'call-started') client.abort()
    },
  })
  const kept = keepInvocations(engine)
  const api = createApi({
    engine: kept.engine,
    clock: world.clock,
    flags: TIER_FLAGS[3],
    checkDatabase: async () => {},
  })
  server = await serveApi({ fetch: (request) => api.fetch(request), port: 0, clock: world.clock })
  const runId = await engine.createRun(UPLOADS)
  const init = { method: 'POST', signal: client.signal }
  await expect(fetch(`${server.url}/runs/${runId}/process-next`, init)).rejects.toThrow()
  await kept.idle()
  expect((await engine.status(runId)).status).toBe('COMPLETED')
})
