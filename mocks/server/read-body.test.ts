import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { ApiError } from '../errors.ts'
import { readBody } from './read-body.ts'

const NO_KEY: ApiError = { type: 'authentication_error', message: 'x-api-key header is required' }
const MEBIBYTE = Buffer.alloc(1024 * 1024, 'x')

/** A batch that arrives in these chunks. */
function batchOf(...chunks: readonly Buffer[]): IncomingMessage {
  const incoming = new IncomingMessage(new Socket())
  Object.assign(incoming, { method: 'POST', url: '/v1/messages/batches', complete: true })
  for (const chunk of chunks) incoming.push(chunk)
  incoming.push(null)
  return incoming
}

test('a long body whose key is not let in is not kept', async () => {
  expect(await readBody(batchOf(MEBIBYTE, MEBIBYTE, MEBIBYTE), () => NO_KEY)).toBe(NO_KEY)
})

test('a long body whose key is let in is read', async () => {
  const body = await readBody(batchOf(MEBIBYTE, MEBIBYTE), () => undefined)
  expect(body).toEqual(Buffer.concat([MEBIBYTE, MEBIBYTE]))
})

test('a short body is read whatever its key', async () => {
  expect(await readBody(batchOf(MEBIBYTE), () => NO_KEY)).toEqual(MEBIBYTE)
})

test('a body that is too large is that first', async () => {
  const chunks = Array.from({ length: 257 }, () => MEBIBYTE)
  expect(await readBody(batchOf(...chunks), () => NO_KEY)).toMatchObject({ type: 'request_too_large' })
})
