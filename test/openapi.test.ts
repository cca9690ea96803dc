import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import {
  contractErrorSchema,
  contractOutcomeSchema,
  contractRunSchema,
  createApi,
  openApiDocument,
} from '../engine/http/index.ts'
import { TIER_FLAGS } from '../engine/index.ts'
import { type EngineInRealTime, openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'
import { answerProblems, contractOperations, OPENAPI_FILE, operations } from './openapi-answers.ts'

let server: DatabaseServer
let world: EngineInRealTime
let api: ReturnType<typeof createApi>
beforeAll(async () => {
  server = await startDatabaseServer()
  world = openEngineInRealTime(await server.createDatabase())
  api = createApi({
    engine: world.engine(),
    clock: world.clock,
    flags: TIER_FLAGS[3],
    checkDatabase: () => world.db.$queryRaw`SELECT 1`,
  })
})
afterAll(async () => {
  await world.close()
  await server.close()
})

test('docs/openapi.json is what the schemas give (npm run openapi)', async () => {
  const written = await readFile(OPENAPI_FILE, 'utf8')
  expect(written).toBe(`${JSON.stringify(openApiDocument(), null, 2)}\n`)
})

test('docs/openapi.json is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(openApiDocument()))
  expect(errors ?? []).toEqual([])
  expect([valid, validator.version]).toEqual([true, '3.1'])
})

test('every route of the API is in it, and no other', () => {
  const routes = api.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect(operations().sort()).toEqual([...new Set(routes)].sort())
})

test('three operations are all that another service needs', () => {
  expect(contractOperations()).toEqual(['post /runs', 'post /runs/{id}/process-next', 'get /runs/{id}'])
})

const request = (method: 'get' | 'post', path: string, body?: unknown) =>
  api.request(path, {
    method: method.toUpperCase(),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

test('answers of the service are as it says', async () => {
  const problems: string[] = []
  const ask = async (
    method: 'get' | 'post',
    path: string,
    { id = '', body, status = 200 }: { id?: string; body?: unknown; status?: number } = {},
  ) => {
    const response = await request(method, path.replace('{id}', id), body)
    const answer = (await response.json()) as { id: string }
    expect(response.status, path).toBe(status)
    problems.push(...answerProblems(method, path, status, answer).map((problem) => `${path}: ${problem}`))
    return answer
  }
  const RUN = '/runs/{id}'
  const { id } = await ask('post', '/runs', { body: { uploads: UPLOADS }, status: 201 })
  await ask('get', RUN, { id })
  await ask('post', `${RUN}/process-next`, { id })
  await ask('get', RUN, { id })
  await ask('get', `${RUN}/log`, { id })
  await ask('get', `${RUN}/results`, { id })
  const regeneration = { phase: 'subtask-generation', existing: 'append' }
  await ask('post', `${RUN}/regenerate`, { id, body: regeneration })
  await ask('post', `${RUN}/cancel`, { id })
  await ask('post', `${RUN}/retry`, { id })
  await ask('get', '/flags')
  await ask('get', '/health')
  await ask('post', '/runs', { body: { uploads: [] }, status: 400 })
  await ask('get', RUN, { id: 'none', status: 404 })
  await ask('post', `${RUN}/retry`, { id, status: 409 })
  expect(problems).toEqual([])
})

test('an answer that is not as it says is seen', () => {
  expect(answerProblems('get', '/health', 200, { status: 'fine', database: 'reachable' })).toHaveLength(1)
})

test('what the engine answers is more than the contract asks for, and never less', async () => {
  const created = await request('post', '/runs', { uploads: UPLOADS })
  const run = (await created.json()) as { id: string }
  const outcome = await request('post', `/runs/${run.id}/process-next`)
  const refused = await request('get', '/runs/none')
  const parsed = [
    contractRunSchema.safeParse(run),
    contractOutcomeSchema.safeParse(await outcome.json()),
    contractErrorSchema.safeParse(await refused.json()),
  ]
  expect(parsed.map(({ success }) => success)).toEqual([true, true, true])
})
