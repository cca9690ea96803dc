import { access, constants, readFile, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { glob } from 'tinyglobby'
import type { UploadInput } from '../../engine/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import { seededNumber } from './seeded.ts'
import { UsageError } from './usage-error.ts'

/** The documents that a scenario runs on, and where they come from. */
export interface Documents {
  /** `generated`, or the folder that was named. */
  readonly source: string
  readonly uploads: readonly UploadInput[]
}

/** Longer than this, a document leaves no room for the answer in the model's context of 200,000 tokens. */
const MOST_CHARACTERS = 600_000
const PATTERN = '**/*.{md,markdown,txt}'

/**
 * The user's own documents: every Markdown and text file below a folder, in order of path. Hidden files,
 * `node_modules` and links to folders are passed over.
 * @throws UsageError where the folder cannot be read or has no such file, or a file cannot be used.
 */
export async function readDocuments(folder: string): Promise<Documents> {
  const root = resolve(folder)
  try {
    if (!(await stat(root)).isDirectory()) throw new Error('it is a file')
    await access(root, constants.R_OK)
  } catch (error) {
    throw new UsageError(
      `expected --uploads to name a folder that can be read, got ${folder}: ${reason(error)}`,
    )
  }
  const files = await glob(PATTERN, {
    cwd: root,
    ignore: ['**/node_modules/**'],
    followSymbolicLinks: false,
    caseSensitiveMatch: false,
  })
  const uploads: UploadInput[] = []
  for (const name of files.sort()) {
    const upload = await readDocument(root, name)
    if (upload) uploads.push(upload)
  }
  if (uploads.length === 0) {
    throw new UsageError(
      `expected --uploads to name a folder with .md, .markdown or .txt files that hold text, got none in ${folder}`,
    )
  }
  return { source: folder, uploads }
}

async function readDocument(root: string, name: string): Promise<UploadInput | undefined> {
  const path = join(root, name)
  let content: string
  try {
    if (!(await stat(path)).isFile()) return undefined
    content = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    throw new UsageError(`expected a text file in UTF-8 that can be read, got ${path}: ${reason(error)}`)
  }
  if (content.includes('\0'))
    throw new UsageError(`expected a text file, got ${path}, which holds NUL characters`)
  if (content.length > MOST_CHARACTERS) {
    throw new UsageError(
      `expected at most ${MOST_CHARACTERS} characters in a document, got ${content.length} in ${path}: split it`,
    )
  }
  if (content.trim() === '') return undefined
  return { filename: relative(root, path), content }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const ROLES = [
  'account manager',
  'support agent',
  'warehouse lead',
  'finance clerk',
  'store owner',
  'field technician',
]
const OBJECTS = [
  'invoice',
  'delivery',
  'contract',
  'inventory count',
  'refund',
  'customer record',
  'price list',
  'work order',
]
const ACTIONS = ['import', 'approve', 'search', 'export', 'correct', 'archive', 'share', 'schedule']
const QUALITIES = [
  'within two seconds',
  'without losing a draft',
  'on a phone',
  'with an audit trail',
  'in the local currency',
  'after a failed login',
]
const TOPICS = [
  'Billing',
  'Fulfilment',
  'Contracts',
  'Inventory',
  'Support',
  'Reporting',
  'Onboarding',
  'Pricing',
]

/** Documents as a product team writes them, from the seed and the scenario alone. */
export function generateDocuments(scenario: Scenario, seed: number): Documents {
  const { uploads, wordsPerUpload } = scenario.workload
  return {
    source: 'generated',
    uploads: Array.from({ length: uploads }, (_, index) => generateDocument(seed, index, wordsPerUpload)),
  }
}

function generateDocument(seed: number, index: number, words: number): UploadInput {
  let drawn = 0
  const pick = (list: readonly string[]) =>
    list[Math.floor(seededNumber(seed, `document:${index}:${drawn++}`) * list.length)] as string
  const topic = TOPICS[index % TOPICS.length] as string
  const lines = [`# ${topic} requirements, part ${Math.floor(index / TOPICS.length) + 1}`, '']
  let count = lines[0]?.split(' ').length ?? 0
  for (let section = 1; count < words; section++) {
    const object = pick(OBJECTS)
    const paragraph = [`## ${section}. ${capitalised(pick(ACTIONS))} a ${object}`, '']
    for (let sentence = 0; sentence < 4; sentence++) {
      paragraph.push(
        `As ${article(pick(ROLES))}, one must be able to ${pick(ACTIONS)} the ${object} ${pick(QUALITIES)}, and to ${pick(ACTIONS)} each ${pick(OBJECTS)} that belongs to it.`,
      )
    }
    paragraph.push('')
    count += paragraph.join(' ').split(/\s+/).length
    lines.push(...paragraph)
  }
  return { filename: `${topic.toLowerCase()}-${index + 1}.md`, content: lines.join('\n') }
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

/** Words, as white space divides them. */
export function countWords(uploads: readonly UploadInput[]): number {
  return uploads.reduce((sum, upload) => sum + upload.content.split(/\s+/).filter(Boolean).length, 0)
}
