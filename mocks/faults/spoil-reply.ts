import { errorBody } from '../errors.ts'
import type { Chunk, Reply } from '../reply.ts'
import type { Fault, StreamErrorFault } from './fault.ts'
import { streamFaultError } from './fault-errors.ts'

/** In how many pieces a body goes out that is not streamed and is slow. */
const SLOW_PIECES = 10

/** The reply as the fault leaves it: the kinds that are about the body and its time. */
export function spoilReply(reply: Reply, fault: Fault | undefined, requestId: string): Reply {
  switch (fault?.kind) {
    case 'stream-error':
      return withErrorEvent(reply, fault, requestId)
    case 'truncated':
      return {
        ...reply,
        chunks: cutAt(reply.chunks, fault.afterFraction ?? 0.5),
        ending: fault.ending ?? 'closed',
      }
    case 'stall':
      return stalled(reply, fault.forMs, fault.at ?? 'start')
    case 'slow-body':
      return slowed(reply, fault.overMs)
    case 'malformed-json':
      return malformed(reply)
    default:
      return reply
  }
}

type Chunks = Reply['chunks']

/** The chunks up to a share of the text; at least the first goes out, or its beginning. */
function cutAt([first, ...rest]: Chunks, share: number): Chunks {
  const total = [first, ...rest].reduce((sum, chunk) => sum + chunk.text.length, 0)
  let left = Math.floor(total * share) - first.text.length
  if (left <= 0) return [{ ...first, text: beginning(first.text, first.text.length + left) }]
  const kept: Chunk[] = []
  for (const chunk of rest) {
    if (left <= 0) break
    const text = beginning(chunk.text, left)
    kept.push({ ...chunk, text })
    left -= chunk.text.length
  }
  return [first, ...kept]
}

/** At most so many characters; two halves of a surrogate pair stay together. */
function beginning(text: string, length: number): string {
  const cut = text.slice(0, length)
  return /[\uD800-\uDBFF]$/.test(cut) ? text.slice(0, length + 1) : cut
}

/** Between two events, as the API does it. */
function withErrorEvent(reply: Reply, fault: StreamErrorFault, requestId: string): Reply {
  const [first, ...rest] = reply.chunks
  // The last event is the message's end: no error comes after it.
  const share = fault.afterFraction ?? 0.5
  const kept = rest.slice(0, Math.max(0, Math.min(Math.floor(rest.length * share), rest.length - 1)))
  const last = kept.at(-1) ?? first
  const text = `event: error\ndata: ${errorBody(streamFaultError(fault), requestId)}\n\n`
  return { ...reply, chunks: [first, ...kept, { ...last, text }], ending: 'whole' }
}

function stalled(reply: Reply, forMs: number | undefined, at: 'start' | 'body'): Reply {
  const late = (chunk: Chunk) => ({ ...chunk, atMs: chunk.atMs + (forMs ?? 0) })
  const [first, ...rest] = reply.chunks
  if (at === 'start') return { ...reply, chunks: [late(first), ...rest.map(late)] }
  const before = cutAt(reply.chunks, 0.5)
  if (forMs === undefined) return { ...reply, chunks: before, ending: 'stalled' }
  const sent = before.reduce((sum, chunk) => sum + chunk.text.length, 0)
  return { ...reply, chunks: [...before, ...after(reply.chunks, sent).map(late)] as unknown as Chunks }
}

/** What follows after so many characters. */
function after(chunks: Chunks, characters: number): Chunk[] {
  let left = characters
  return chunks.flatMap((chunk) => {
    const text = chunk.text.slice(Math.max(0, left))
    left -= chunk.text.length
    return text === '' ? [] : [{ ...chunk, text }]
  })
}

function slowed(reply: Reply, overMs: number): Reply {
  const [first, ...rest] = reply.chunks.length > 1 ? reply.chunks : pieces(reply.chunks[0])
  const slow = rest.map((chunk, index) => ({
    ...chunk,
    atMs: chunk.atMs + (overMs * (index + 1)) / rest.length,
  }))
  return { ...reply, chunks: [first, ...slow] }
}

function pieces(chunk: Chunk): Chunks {
  const size = Math.ceil(chunk.text.length / SLOW_PIECES)
  const cut: Chunk[] = []
  for (let rest = chunk.text; rest !== ''; ) {
    const text = beginning(rest, size)
    cut.push({ ...chunk, text })
    rest = rest.slice(text.length)
  }
  return cut.length === 0 ? [chunk] : (cut as unknown as Chunks)
}

/** The first quote goes: `{type":"…` is never JSON. In a stream it is an event in the middle that suffers. */
function malformed(reply: Reply): Reply {
  const middle = Math.floor(reply.chunks.length / 2)
  const at = reply.chunks.findIndex(
    (chunk, index) => index >= middle && !chunk.text.startsWith('event: ping'),
  )
  const spoil = (chunk: Chunk, index: number) =>
    index === at ? { ...chunk, text: chunk.text.replace('"', '') } : chunk
  return { ...reply, chunks: reply.chunks.map(spoil) as unknown as Chunks }
}
