import { expect, test } from 'vitest'
import { parseLoadOptions } from './load-options.ts'

test.each([
  [['--rate', 'many'], 'expected --rate to be a rate'],
  [[], 'expected --rate, --stages, --trace or --connections'],
  [['--connections', '5', '--rate', '5'], 'expected one of --rate'],
  [['--rate', '1', '--kill-one'], 'expected two processes or more with --kill-one'],
  [['--rate', '1', '--target', 'http://example.com'], 'say --i-may-load-this-host'],
  [['--rate', '1', '--target', 'http://127.0.0.1.example.com'], 'say --i-may-load-this-host'],
  [
    ['--rate', '1', '--target', 'http://127.0.0.1:1', '--mock-url', 'http://10.0.0.1'],
    'say --i-may-load-this-host',
  ],
  [
    ['--rate', '1', '--target', 'http://127.0.0.1:1', '--proxy-url', 'http://10.0.0.1'],
    'say --i-may-load-this-host',
  ],
  [['--rate', '1', '--target', 'ftp://127.0.0.1:1'], 'to be http:// or https:// URLs'],
  [['--rate', '1', '--target', 'http://me:secret@127.0.0.1:1'], 'without user, password, query'],
  [['--rate', '1', '--target', 'http://127.0.0.1:1/?x=1'], 'without user, password, query'],
  [['--connections', '5', '--poisson'], 'expected --poisson or --connections, got both'],
  [['--rate', '1', '--duration', '600h'], 'expected a load that is over in 24 days'],
  [['--connections', '1', '--drain', '597h'], 'expected a load that is over in 24 days'],
  [['--rate', '1', '--proxy-url', 'http://127.0.0.1:1'], 'with --target only'],
  [['--find-limit'], 'expected --objective with --find-limit'],
  [['--trace', 'no-such-file.csv'], 'expected --trace to name a recorded trace'],
  [['--rate', '1', '--threshold', 'run p(95)<x'], "expected --threshold 'run p(95)<x'"],
])('%j is refused, and it is said what was expected', async (args, said) => {
  await expect(parseLoadOptions(args)).rejects.toThrow(said)
})

test.each(['http://localhost:3000', 'http://127.0.0.1:3000/api', 'http://[::1]:3000'])(
  '%s is this machine',
  async (url) => {
    const { plan } = await parseLoadOptions(['--rate', '1', '--target', url])
    expect(plan.target).toMatchObject({ kind: 'foreign', url })
  },
)

test('a target may be written in capitals', async () => {
  const { plan } = await parseLoadOptions(['--rate', '1', '--target', 'HTTP://LOCALHOST:3000/'])
  expect(plan.target).toMatchObject({ url: 'http://localhost:3000' })
})

test('what no timer could wait for in real time is taken where the time scale makes it shorter', async () => {
  const { plan } = await parseLoadOptions(['--rate', '1', '--duration', '600h', '--time-scale', '2'])
  expect(plan.timeScale).toBe(2)
})

test('another host is loaded where the user says that it may be', async () => {
  const args = ['--rate', '1', '--target', 'http://example.com', '--i-may-load-this-host']
  expect((await parseLoadOptions(args)).plan.target).toMatchObject({ url: 'http://example.com' })
})

test('a target is not told flags, but where a tier is named', async () => {
  const args = ['--rate', '1', '--target', 'http://localhost:3000']
  const flagsOf = async (...more: string[]) => (await parseLoadOptions([...args, ...more])).modes[0]?.flags
  expect([await flagsOf(), (await flagsOf('--tier', '2'))?.optimisticLocking]).toEqual([undefined, true])
})

test('each tier that is named is a load of its own', async () => {
  const { modes } = await parseLoadOptions(['--rate', '1', '--tiers', '0,2,3'])
  expect(modes.map(({ tier }) => tier)).toEqual([0, 2, 3])
})

test('the recorded sample is read, and stretched to a rate', async () => {
  const args = ['--trace', 'scenarios/traces/azure-conversation-2023.csv', '--rate', '6/m', '--duration']
  const arrivalsFor = async (duration: string) => {
    const { arrivals } = (await parseLoadOptions([...args, duration])).plan
    if (arrivals.kind !== 'trace') throw new Error('expected a trace')
    return arrivals
  }
  expect((await arrivalsFor('1000h')).described.meanPerSecond).toBeCloseTo(0.1, 9)
  expect((await arrivalsFor('2m')).arrivals.every(({ atMs }) => atMs < 120_000)).toBe(true)
})

test('a search without a rate begins at one run a minute', async () => {
  const { search } = await parseLoadOptions(['--find-limit', '--objective', '3m'])
  expect(search?.arrivals.stages[0]?.fromPerSecond).toBe(1 / 60)
})
