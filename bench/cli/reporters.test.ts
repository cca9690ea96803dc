import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReportFiles, parseReporters } from './reporters.ts'
import { openResultsFolder } from './results-folder.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reporters-test-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const renderers = { terminal: () => 'text', html: () => '<p>', csv: () => 'a,b' }

test('several forms are read, each with a path where it has one', () => {
  expect(parseReporters('terminal, html,csv=out/a=b.csv')).toEqual([
    { name: 'terminal', path: undefined },
    { name: 'html', path: undefined },
    { name: 'csv', path: 'out/a=b.csv' },
  ])
})

test.each([
  ['xml', '"xml"'],
  ['html,html', '"html"'],
  ['html=', '"html="'],
  ['', '""'],
  ['html,pdf,doc', '"pdf", "doc"'],
])('--reporter %s is refused', (text, wrong) => {
  expect(() => parseReporters(text)).toThrow(
    `expected --reporter to name each once out of terminal, html, json, markdown, junit, csv, with =path for another file, got ${wrong}`,
  )
})

test('a form that the command does not have is refused', () => {
  expect(() => parseReporters('junit', ['terminal', 'html'])).toThrow('out of terminal, html, with')
})

test('forms go into the folder, and those with a path to it', async () => {
  const folder = await openResultsFolder(join(root, 'results'))
  const elsewhere = join(root, 'ci', 'figures.csv')
  const files = await openReportFiles(folder, parseReporters(`terminal,html,csv=${elsewhere}`))
  expect(await files.write('report', renderers)).toBe(join(root, 'results', 'report.html'))
  expect(readdirSync(join(root, 'results'))).toEqual(['report.html'])
  expect(readFileSync(elsewhere, 'utf8')).toBe('a,b')
})

test('a path that cannot be written shows before anything is measured, and names its option', async () => {
  const folder = await openResultsFolder(join(root, 'results'))
  await expect(openReportFiles(folder, parseReporters('csv=/dev/null/x/a.csv'))).rejects.toThrow(
    'expected --reporter csv= to name a folder that can be written to, got /dev/null/x:',
  )
})
