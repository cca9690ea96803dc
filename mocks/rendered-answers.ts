import type { Message } from '@anthropic-ai/sdk/resources/messages'
import type { MessagesBody } from './body-schemas.ts'
import type { Latency } from './latency.ts'
import type { Generated } from './message.ts'
import { messageText } from './message-text.ts'
import { type Chunk, type Reply, wholeReply } from './reply.ts'
import { messageEvents } from './streaming/index.ts'

/** An answer as text, around the message's id, which is another for each attempt. */
type Template = readonly [before: string, after: string]

/** What was generated for a request, and its text where nothing but the id changes. */
export interface RenderedAnswer {
  readonly from: Generated
  whole?: Template
  streamedAtOnce?: Template
}

const STREAM = {
  status: 200,
  contentType: 'text/event-stream; charset=utf-8',
  headers: { 'cache-control': 'no-cache' },
  ending: 'whole',
} as const

/** @param message Made only where it is needed. */
export function renderReply(
  { stream }: MessagesBody,
  id: string,
  message: () => Message,
  {
    from,
    takes,
    kept,
    isSpoiled,
  }: {
    readonly from: Generated
    readonly takes: Latency
    /** Undefined where more than the id is its own: then nothing is kept. */
    readonly kept: RenderedAnswer | undefined
    /** A fault is in it: then each event is by itself, for the fault to choose from. */
    readonly isSpoiled: boolean
  },
): Reply {
  if (!stream) {
    const text = filled(kept, 'whole', id, () => messageText(message()))
    return wholeReply(text, takes.totalMs, from.outputTokens)
  }
  if (takes.generationMs === 0 && !isSpoiled) {
    const text = filled(kept, 'streamedAtOnce', id, () =>
      messageEvents(message(), from, takes)
        .map((chunk) => chunk.text)
        .join(''),
    )
    return { ...STREAM, chunks: [{ atMs: takes.totalMs, text, outputTokens: from.outputTokens }] }
  }
  return { ...STREAM, chunks: messageEvents(message(), from, takes) as readonly [Chunk, ...Chunk[]] }
}

function filled(
  kept: RenderedAnswer | undefined,
  which: 'whole' | 'streamedAtOnce',
  id: string,
  render: () => string,
): string {
  const template = kept?.[which]
  if (template !== undefined) return template[0] + id + template[1]
  const text = render()
  const at = text.indexOf(id)
  if (kept !== undefined) kept[which] = [text.slice(0, at), text.slice(at + id.length)]
  return text
}
