import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageReader } from './message-reader.ts'

const message = (type: string, body: Uint8Array) => {
  const header = Buffer.alloc(5)
  header.write(type)
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

function read(chunks: readonly Buffer[], keep: number): [string, string][] {
  const found: [string, string][] = []
  const reader = new MessageReader(
    () => keep,
    (type, body) => found.push([type, body.toString('hex')]),
  )
  for (const chunk of chunks) reader.push(chunk)
  return found
}

test('messages are found however the bytes are cut, with no more of a body than is kept', () => {
  const messages = fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'D', 'Z'), fc.uint8Array({ maxLength: 40 })), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(messages, fc.array(fc.nat({ max: 12 })), fc.nat({ max: 20 }), (sent, cuts, keep) => {
      const bytes = Buffer.concat(sent.map(([type, body]) => message(type, body)))
      const chunks: Buffer[] = []
      let at = 0
      for (const cut of cuts) {
        chunks.push(bytes.subarray(at, at + cut))
        at += cut
      }
      chunks.push(bytes.subarray(at))
      const kept = sent.map(([type, body]) => [type, Buffer.from(body.subarray(0, keep)).toString('hex')])
      expect(read(chunks, keep)).toEqual(kept)
    }),
  )
})

test('bytes that are no messages are refused', () => {
  expect(() => read([Buffer.from('Q\0\0\0\x01')], 0)).toThrow('expected a message of at least 4 bytes')
})
