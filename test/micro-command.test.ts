import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Group {
  readonly group: string
  readonly variants: readonly {
    readonly variant: string
    readonly p50Ms: number
    readonly ratio: { readonly median: number }
  }[]
}

function micro(...args: string[]): Promise<Ended> {
  const command = ['--import', 'tsx', 'bench/cli/micro.ts', ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const QUICK = ['--rounds', '1', '--seconds', '0.01', '--json']

function variantsOf(groups: readonly Group[]): Record<string, string[]> {
  return Object.fromEntries(
    groups.map(({ group, variants }) => [group, variants.map(({ variant }) => variant)]),
  )
}

test('the strategies of the database are measured on a real one at each round trip time', async () => {
  const { code, stdout } = await micro('database', '--round-trips', '0,3', ...QUICK)
  expect(code).toBe(0)
  const { database } = JSON.parse(stdout) as { database: { roundTripMs: number; groups: Group[] }[] }
  expect(database.map(({ roundTripMs }) => roundTripMs)).toEqual([0, 3])
  for (const { groups, roundTripMs } of database) {
    expect(variantsOf(groups)).toMatchObject({
      'insert 100 rows': ['create in a loop', 'createMany'],
      'insert 500 rows': ['create in a loop', 'createMany'],
    })
    const loop = groups.find(({ group }) => group === 'insert 100 rows')?.variants[0]
    // A hundred statements, none of which is sent before the last was answered.
    expect(loop?.p50Ms).toBeGreaterThan(100 * roundTripMs)
  }
}, 120_000)

test("the harness's own overheads are measured against what they stand in for", async () => {
  const { code, stdout } = await micro('harness', ...QUICK)
  expect(code).toBe(0)
  const { harness } = JSON.parse(stdout) as { harness: Group[] }
  for (const part of ['clock', 'adapter', 'mock', 'recorder']) {
    const groups = harness.filter(({ group }) => group.startsWith(part))
    expect([part, groups.length > 0]).toEqual([part, true])
    expect(groups.map(({ variants }) => variants[0]?.ratio.median)).toEqual(groups.map(() => 1))
  }
}, 120_000)

test.each([
  [['mock', '--seconds', '0.5'], 'expected whole --seconds for mock and load, got 0.5'],
  [['database', '--round-trips', '1,x'], 'expected --round-trips as ms from 0 to 1000'],
  [['disk'], "'disk' is invalid for argument 'part'"],
  [['harness', '--seconds', '0'], 'Expected seconds from 0.01'],
])('%s is refused with 2 and a sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await micro(...args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(sentence)
})
