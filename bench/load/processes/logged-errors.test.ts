import { expect, test } from 'vitest'
import { LoggedErrors } from './logged-errors.ts'

const line = (level: string, message: string) =>
  `${JSON.stringify({ level, err: { type: 'Error', message }, msg: 'unexpected error' })}\n`

test('errors are counted by process and message, most first, wherever the output was broken', () => {
  const errors = new LoggedErrors()
  errors.read('engine 1', line('error', 'rare'))
  const twice = line('error', 'often') + line('error', 'often')
  for (const character of twice) errors.read('engine 2', character)
  errors.read('engine 1', line('error', 'often'))
  expect(errors.all).toEqual([
    { process: 'engine 2', message: 'often', count: 2 },
    { process: 'engine 1', message: 'rare', count: 1 },
    { process: 'engine 1', message: 'often', count: 1 },
  ])
})

test.each([
  ['a warning', line('warn', 'slow')],
  ['a request that was answered with 500', '{"level":"error","status":500,"msg":"request answered"}\n'],
  ['what is no JSON', 'an "err" of somebody else\n'],
])('%s is no error of its own', (_, text) => {
  const errors = new LoggedErrors()
  errors.read('engine 1', text)
  expect(errors.all).toEqual([])
})

test('messages with an id in each of them do not fill the report', () => {
  const errors = new LoggedErrors()
  for (let id = 0; id < 1_000; id++) errors.read('engine 1', line('error', `run ${id} is lost`))
  expect(errors.all).toHaveLength(51)
  expect(errors.all[0]).toEqual({ process: 'engine 1', message: 'others', count: 950 })
})
