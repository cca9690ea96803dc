import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { createRunFolder, dataFolderOf, removeRunFolder, sweepDeadRuns } from './run-folder.ts'

const made: string[] = []

/** A folder as another run would have made it, with some data in it. */
async function folderOf({ pid, scope }: { pid: number; scope?: string }): Promise<string> {
  const own = await createRunFolder()
  made.push(own)
  const folder = own.replace(
    /tierbench-\d+-(\w+)-/,
    (_, ownScope: string) => `tierbench-${pid}-${scope ?? ownScope}-`,
  )
  made.push(folder)
  await mkdir(dataFolderOf(folder), { recursive: true })
  return folder
}

function pidOfDeadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

afterEach(async () => {
  await Promise.all(made.splice(0).map(removeRunFolder))
})

test('the folder of a dead process is swept', async () => {
  const folder = await folderOf({ pid: pidOfDeadProcess() })
  await sweepDeadRuns()
  expect(existsSync(folder)).toBe(false)
})

test('the folder of a living process is left alone', async () => {
  const folder = await folderOf({ pid: process.ppid })
  await sweepDeadRuns()
  expect(existsSync(folder)).toBe(true)
})

test('the folder of another container or machine is left alone', async () => {
  const folder = await folderOf({ pid: pidOfDeadProcess(), scope: '00000000' })
  await sweepDeadRuns()
  expect(existsSync(folder)).toBe(true)
})

test('a process that took over the pid of a dead server is not signalled', async () => {
  const folder = await folderOf({ pid: pidOfDeadProcess() })
  await writeFile(`${dataFolderOf(folder)}/postmaster.pid`, `${process.pid}\n`)
  await sweepDeadRuns()
  expect(existsSync(folder)).toBe(false)
})
