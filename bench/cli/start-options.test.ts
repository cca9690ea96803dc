import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TIER_FLAGS } from '../../engine/index.ts'
import { PrintedError } from './command.ts'
import { parseStartOptions } from './start-options.ts'

/** What commander prints. */
let printed = ''
beforeEach(() => {
  printed = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

/** The sentence that a command line is refused with. */
function refusal(args: readonly string[], env: Record<string, string>): string {
  try {
    parseStartOptions(args, env)
  } catch (error) {
    if (!(error instanceof PrintedError)) return (error as Error).message
    expect(error.exitCode).toBe(2)
    return printed
  }
  throw new Error('Expected it to be refused.')
}

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['another host without a token', ['--host', '0.0.0.0'], {}, /expected a token with --host 0.0.0.0/],
  ['a token that HTTP cannot carry', ['--token', 'a b'], {}, /expected a token of letters, digits/],
  ['an unknown tier', ['--tier', '4'], {}, /expected a tier from 0 to 3, got "4"/],
  ['an unknown flag', ['--flags', 'turbo'], {}, /"turbo" is not a flag/],
  ['dangerous flags', ['--tier', '0', '--flags', 'parallelEpics=2'], {}, /--allow-unsafe/],
  ['an unknown pacing', ['--pacing', 'slow'], {}, /Allowed choices are safe, normal, fast/],
  ['a budget of nothing', ['--budget', '0'], {}, /Expected a whole number from 1 to 86400/],
  ['a model that the mock does not know', ['--model', 'gpt'], {}, /expected a model that the mock knows/],
  ['an unknown profile', ['--profile', 'tier-9'], {}, /Allowed choices are seed/],
  [
    'a latency with a key',
    ['--latency', 'plan'],
    { ANTHROPIC_API_KEY: 'x' },
    /with the mock in this process only/,
  ],
  [
    'a latency with a mock of another process',
    ['--latency', 'plan'],
    { ANTHROPIC_BASE_URL: 'http://127.0.0.1:4141' },
    /in this process only, got ANTHROPIC_BASE_URL/,
  ],
  [
    'a time scale with the real API',
    ['--time-scale', '50'],
    { ANTHROPIC_API_KEY: 'x' },
    /expected --time-scale with a mock on this machine only, got the real API/,
  ],
  [
    'a time scale with an API elsewhere',
    ['--time-scale', '2'],
    { ANTHROPIC_API_KEY: 'x', ANTHROPIC_BASE_URL: 'https://127.0.0.1.example.com' },
    /with a mock on this machine only/,
  ],
  ['a time that runs backwards', ['--time-scale', '0'], {}, /Expected a whole number from 1 to 1000/],
  [
    'workers without a database',
    ['--dispatch', 'pg-boss'],
    {},
    /expected DATABASE_URL with --dispatch pg-boss/,
  ],
  [
    'two ways to go on',
    ['--auto'],
    { DISPATCH: 'pg-boss', DATABASE_URL: 'postgresql://x' },
    /expected --auto or --dispatch pg-boss, got both/,
  ],
  [
    'an unknown way to go on',
    [],
    { DISPATCH: 'cron' },
    /expected DISPATCH to be inline or pg-boss, got "cron"/,
  ],
  ['a pool of nothing', ['--pool', '0'], {}, /Expected a whole number from 1 to 1000/],
  ['a port that is none', ['--port', '65536'], {}, /Expected a whole number from 0 to 65535/],
  ['an unknown log level', ['--log-level', 'loud'], {}, /Allowed choices are debug, info/],
  ['an argument', ['4040'], {}, /too many arguments/],
])('%s is refused with one sentence', (_, args, env, sentence) => {
  const said = refusal(args, env)
  expect(said).toMatch(sentence)
  expect(said.trim()).not.toContain('\n')
})

test('without options it is tier 3, on loopback, with the mock', () => {
  expect(parseStartOptions([], {})).toMatchObject({
    host: '127.0.0.1',
    token: undefined,
    flags: TIER_FLAGS[3],
    budgetMs: 300_000,
    claude: { kind: 'mock' },
    auto: false,
    otel: false,
  })
})

test('the environment chooses the real API, the tier, the token and tracing', () => {
  const env = {
    ANTHROPIC_API_KEY: 'key',
    TIER: '1',
    TIERBENCH_TOKEN: 's3cret',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
  }
  expect(parseStartOptions(['--host', '0.0.0.0'], env)).toMatchObject({
    flags: TIER_FLAGS[1],
    token: 's3cret',
    claude: { kind: 'api', apiKey: 'key' },
    otel: true,
  })
})

test('a mock on this machine needs no key, and may have a time of its own', () => {
  const env = { ANTHROPIC_BASE_URL: 'http://[::1]:4141' }
  expect(parseStartOptions(['--time-scale', '50'], env)).toMatchObject({
    claude: { kind: 'api', apiKey: 'tierbench', baseUrl: 'http://[::1]:4141' },
    timeScale: 50,
  })
})

test('the command line is stronger than the environment', () => {
  const options = parseStartOptions(['--tier', '2', '--token', 'a'], { TIER: '1', TIERBENCH_TOKEN: 'b' })
  expect([options.flags, options.token]).toEqual([TIER_FLAGS[2], 'a'])
})

test.each([['127.0.0.1'], ['127.1.2.3'], ['::1'], ['localhost']])('%s needs no token', (host) => {
  expect(parseStartOptions(['--host', host], {}).host).toBe(host)
})

test.each([['0.0.0.0'], ['::'], ['192.168.1.2'], ['127.0.0.1.evil.example']])('%s needs a token', (host) => {
  expect(refusal(['--host', host], {})).toMatch(/expected a token/)
})
