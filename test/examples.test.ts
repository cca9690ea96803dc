import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startDatabaseServer } from '../bench/environment/index.ts'
import { startMockProcess } from './mock-clients/mock-process.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = ['--import', 'tsx', 'examples/run-once.ts']

test('examples/run-once runs the pipeline once, on a database and an API of its user', async () => {
  const server = await startDatabaseServer({})
  const database = await server.createDatabase()
  const mock = await startMockProcess()
  try {
    const env = { ...process.env, DATABASE_URL: database.url, ANTHROPIC_BASE_URL: mock.url }
    const { stdout } = await promisify(execFile)(process.execPath, [...args, 'README.md'], { cwd: root, env })
    // One upload, two epics of three cards each, sixteen stories.
    expect(stdout).toMatch(/^run [0-9a-f-]{36}: COMPLETED, 19 of 19 items\n(.+: 8 stories\n){2}$/)
  } finally {
    await mock.stop()
    await database.drop()
    await server.close()
  }
})

test('examples/run-once says what it needs', () => {
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: '' },
  })
  expect([status, stderr.split('\n').length]).toEqual([2, 2])
  expect(stderr).toMatch(/^expected DATABASE_URL and at least one file, got no DATABASE_URL/)
})
