// What docs/engine.md and README.md show of the code is the code, and the states drawn are the schema's.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ItemStatus, RunStatus } from '../prisma/generated/client.ts'
import { readDiagrams } from './state-diagram.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const doc = read('docs/engine.md')

interface Excerpt {
  readonly file: string
  readonly code: string
}

/** The blocks of TypeScript, each with the file that was named last above it. */
function excerptsOf(markdown: string): Excerpt[] {
  const excerpts: Excerpt[] = []
  let file = ''
  let code: string[] | undefined
  for (const line of markdown.split('\n')) {
    if (code && line === '```') {
      excerpts.push({ file, code: code.join('\n') })
      code = undefined
    } else if (code) code.push(line)
    else if (line === '```ts') code = []
    else file = [...line.matchAll(/((?:engine|examples)\/[\w/-]+\.ts)/g)].at(-1)?.[1] ?? file
  }
  return excerpts
}

const compact = (code: string) => code.replaceAll(/\s/g, '')

/** The parts of an excerpt that are not in its file in this order; `// …` stands for what is left out. */
function missing({ file, code }: Excerpt): string[] {
  const source = compact(read(file))
  let from = 0
  return code.split('// …').filter((part) => {
    const at = source.indexOf(compact(part), from)
    from = at < 0 ? from : at + compact(part).length
    return at < 0
  })
}

const inDoc = excerptsOf(doc)
const inReadme = excerptsOf(read('README.md'))

test.each(inDoc)('docs/engine.md shows what $file has: $code', (excerpt) => {
  expect(missing(excerpt)).toEqual([])
})

test('each flag is shown in code', () => {
  const flags = doc.slice(doc.indexOf('## Each flag'), doc.indexOf('## Pacing'))
  const sections = flags.split('\n### ').slice(1)
  const names = sections.flatMap((section) => [...(section.split('\n')[0] ?? '').matchAll(/\w{4,}/g)])
  expect(names.map(([name]) => name).sort()).toEqual([
    'atomicLog',
    'batchWrites',
    'optimisticLocking',
    'parallelEpics',
    'parallelUploads',
    'rateGovernor',
    'transactions',
  ])
  expect(sections.filter((section) => !section.includes('```ts'))).toEqual([])
})

test('README.md shows the engine in at most ten lines of an example that is type-checked', () => {
  expect(inReadme.map(({ file }) => file)).toEqual(['examples/run-once.ts'])
  expect(inReadme.flatMap(missing)).toEqual([])
  expect(inReadme[0]?.code.split('\n').length).toBeLessThanOrEqual(10)
})

test('the states drawn are those of the schema, and every one has a way to it', () => {
  const [run, item] = readDiagrams(doc)
  const states = (diagram: typeof run) => [...new Set(diagram?.map(({ to }) => to))].sort()
  expect(states(run)).toEqual(Object.values(RunStatus).sort())
  expect(states(item)).toEqual(Object.values(ItemStatus).sort())
})

test('every word on an arrow is explained in the table below it, and no other', () => {
  const sections = ['## The states of a run', '## The states of an item'].map(
    (heading) => doc.slice(doc.indexOf(heading)).split('\n## ')[0] ?? '',
  )
  for (const section of sections) {
    const drawn = readDiagrams(section).flatMap((arrows) => arrows.flatMap(({ words }) => words))
    const explained = [...section.matchAll(/^\| ([a-z ]+) \|/gm)].map(([, word]) => word)
    expect(explained.filter((word) => word !== 'transition').sort()).toEqual([...new Set(drawn)].sort())
  }
})

test('every file and link that docs/engine.md names is there', () => {
  const files = [...doc.matchAll(/`((?:engine|prisma|test)\/[\w./-]+)`/g)].map(([, path]) => path as string)
  const links = [...doc.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => join('docs', path as string))
  expect([...files, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([])
})
