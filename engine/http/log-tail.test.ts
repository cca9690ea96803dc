import { expect, test } from 'vitest'
import { LogTail } from './log-tail.ts'

const line = (text: string) => ({ at: '2026-11-24T00:00:00.000Z', line: text })

/** A tail of a log that the test writes. */
function tailOf(log: string[], position = 0) {
  const engine = {
    log: async (_: string, { after = 0, take = 1_000 } = {}) => {
      const lines = log.slice(after, after + take).map(line)
      return { lines, next: after + lines.length }
    },
  }
  const tail = new LogTail(engine, 'a', position)
  return { tail, read: async () => (await tail.read()).map((one) => one.line) }
}

test('each line is read once as the log grows', async () => {
  const log = ['1', '2']
  const { read } = tailOf(log)
  const first = await read()
  log.push('3')
  expect([first, await read(), await read()]).toEqual([['1', '2'], ['3'], []])
})

test('lines before the position are left out', async () => {
  const { tail, read } = tailOf(['1', '2', '3'], 2)
  expect([await read(), tail.position]).toEqual([['3'], 3])
})

test('more lines than a page holds are read at once', async () => {
  const log = Array.from({ length: 1_234 }, (_, n) => String(n))
  expect(await tailOf(log).read()).toEqual(log)
})

test('a line that comes to stand before lines that were read is not missed, and they are not read again', async () => {
  const log = ['1', '2', '4']
  const { tail, read } = tailOf(log)
  await read()
  log.splice(2, 0, '3')
  expect([await read(), tail.position]).toEqual([['3'], 4])
})

test('equal lines are told apart by their number', async () => {
  const log = ['same', 'same']
  const { read } = tailOf(log)
  await read()
  log.push('same')
  expect(await read()).toEqual(['same'])
})

test('a log that lost lines is followed on', async () => {
  const log = ['1', '2', '3']
  const { read } = tailOf(log)
  await read()
  log.splice(1, 1)
  log.push('4')
  expect(await read()).toEqual(['4'])
})
