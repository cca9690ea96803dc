import { expect, test } from 'vitest'
import { logRequests } from './log-requests.ts'

/** The level at which a request is logged. */
function levelOf(request: { path: string; status: number; code?: string }) {
  const levels: string[] = []
  const at = (level: string) => () => void levels.push(level)
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  logRequests(logger)({ runId: undefined, code: undefined, ...request })
  return levels
}

test.each([
  ['debug', { path: '/health', status: 200 }],
  ['error', { path: '/health', status: 503 }],
  ['info', { path: '/runs/a', status: 200 }],
  ['info', { path: '/runs/a', status: 404, code: 'RUN_NOT_FOUND' }],
  ['error', { path: '/runs/a', status: 500, code: 'INTERNAL' }],
  ['info', { path: '/runs/a/process-next', status: 503, code: 'STOPPING' }],
])('%s is the level of %j', (level, request) => {
  expect(levelOf(request)).toEqual([level])
})
