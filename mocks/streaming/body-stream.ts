import type { Clock } from '../ports.ts'
import { type Chunk, ConnectionFault, type Reply, STALL_MS } from '../reply.ts'

/** A body that goes out over time. */
export interface TimedBody {
  readonly reply: Reply
  /** When the request came. */
  readonly startMs: number
  /** The body is through, as far as it was to go. */
  sent(outputTokens: number): void
  /** The client went away. */
  abandoned(outputTokens: number): void
}

const bodies = new WeakMap<Response, ReadableStream<Uint8Array>>()

/** An answer whose body is sent piece by piece. */
export function streamedResponse(body: ReadableStream<Uint8Array>, init: ResponseInit): Response {
  const response = new Response(body, init)
  bodies.set(response, body)
  return response
}

/** The body of a streamedResponse, for a server that writes it itself; undefined for any other. */
export function streamedBodyOf(response: Response): ReadableStream<Uint8Array> | undefined {
  return bodies.get(response)
}

/** A body that is sent on the clock, whether or not it is read: generation does not wait for the reader. */
export function bodyStream(body: TimedBody, clock: Clock, signal?: AbortSignal): ReadableStream<Uint8Array> {
  const { reply, startMs } = body
  const stop = new AbortController()
  const gone = () => stop.abort(signal?.reason)
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      signal?.addEventListener('abort', gone, { once: true })
      void send(controller).finally(() => signal?.removeEventListener('abort', gone))
    },
    cancel(reason) {
      stop.abort(reason ?? new Error('the body was cancelled'))
    },
  })

  async function send(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let outputTokens = 0
    try {
      for (const chunk of reply.chunks) {
        await until(chunk)
        outputTokens = chunk.outputTokens
        controller.enqueue(encoder.encode(chunk.text))
      }
      if (reply.ending === 'stalled') await clock.sleep(STALL_MS, stop.signal)
    } catch (reason) {
      body.abandoned(outputTokens)
      // After a cancel the stream is closed already, and this does nothing.
      controller.error(reason)
      return
    }
    body.sent(outputTokens)
    if (reply.ending === 'whole' || reply.ending === 'closed') controller.close()
    else controller.error(new ConnectionFault('ECONNRESET', 'terminated'))
  }

  async function until({ atMs }: Chunk): Promise<void> {
    stop.signal.throwIfAborted()
    const waitMs = startMs + atMs - clock.now()
    if (waitMs > 0) await clock.sleep(waitMs, stop.signal)
  }
}
