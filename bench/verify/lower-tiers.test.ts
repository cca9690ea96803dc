import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type VerifyResult, verifyResultSchema } from '../../reports/index.ts'
import { VERIFY_RESULT } from '../../reports/verify/verify-result.test-data.ts'
import { readLowerTiers } from './lower-tiers.ts'
import { rolloutVerdict } from './verdict.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lower-tiers-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const git = { commit: 'abcdef0123456789', dirty: false }
const safe: VerifyResult = {
  ...VERIFY_RESULT,
  tier: 1,
  hazards: VERIFY_RESULT.hazards.slice(0, 1),
  real: null,
  verdict: { rollOut: true, reasons: ['all is well'] },
}

async function store(name: string, result: unknown): Promise<string> {
  await mkdir(join(folder, name))
  const file = join(folder, name, 'verify.json')
  await writeFile(file, JSON.stringify(result))
  return file
}

const read = (files: readonly string[] = [], now: VerifyResult['environment']['git'] = git) =>
  readLowerTiers(2, { files, folder, git: now })

test('no result: not verified', async () => {
  expect(await read()).toEqual([{ tier: 1, state: 'not-verified', result: null }])
})

test('of several results the newest counts', async () => {
  await store('b', { ...safe, startedAt: '2026-11-24T10:00:00.000Z' })
  await store('c', { ...safe, verdict: { rollOut: false, reasons: ['no'] } })
  expect(await read()).toMatchObject([
    { state: 'roll-out', result: { source: join(folder, 'b', 'verify.json') } },
  ])
})

test('a result of another commit, or with uncommitted changes, is not of this one', async () => {
  await store('a', safe)
  expect(await read([], { commit: 'other', dirty: false })).toMatchObject([{ state: 'other-commit' }])
  expect(await read([], { ...git, dirty: true })).toMatchObject([{ state: 'other-commit' }])
})

test('a result of a part counts only where it found a violation', async () => {
  await store('a', safe)
  const part = { ...safe, startedAt: '2026-11-24T10:00:00.000Z', shard: { index: 1, of: 2 } }
  await store('b', { ...part, verdict: { rollOut: false, reasons: ['not run'] } })
  expect(await read()).toMatchObject([{ state: 'roll-out' }])
  await store('c', { ...part, hazards: VERIFY_RESULT.hazards, verdict: { rollOut: false, reasons: ['H5'] } })
  expect(await read()).toMatchObject([{ state: 'do-not-roll-out' }])
})

test('what is no result is passed over, and refused where it was named', async () => {
  const file = await store('a', { schemaVersion: 1 })
  expect(await read()).toMatchObject([{ state: 'not-verified' }])
  await expect(read([file])).rejects.toThrow(/expected --after to name a verify.json of a tier below 2/)
})

test('a file that is named counts in place of the folder', async () => {
  const file = await store('a', safe)
  await store('b', {
    ...safe,
    startedAt: '2026-11-24T10:00:00.000Z',
    verdict: { rollOut: false, reasons: ['no'] },
  })
  expect(await read([file])).toMatchObject([{ state: 'roll-out' }])
})

test('a lower tier that is not safe is a reason against', async () => {
  await store('a', { ...safe, verdict: { rollOut: false, reasons: ['H3 was violated'] } })
  const { rollOut, reasons } = rolloutVerdict(2, safe.hazards, null, false, await read())
  expect(rollOut).toBe(false)
  expect(reasons[0]).toMatch(/^Tier 1, which comes before it, is not safe by .*: H3 was violated$/)
})

test('the data of these tests is a result', () => {
  expect(verifyResultSchema.parse(VERIFY_RESULT)).toEqual(VERIFY_RESULT)
})
