import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { ConnectionFault } from '../reply.ts'

/**
 * Writes an answer chunk by chunk, each as soon as it is there. Own code rather than the adapter's: that
 * one gathers the first chunks, and ends a body that fails with the error's text instead of breaking
 * the connection.
 * @returns when the last byte is handed to the socket, or the client has gone.
 */
export async function sendStream(
  outgoing: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: ReadableStream<Uint8Array>,
): Promise<void> {
  const reader = body.getReader()
  const onClose = () => {
    // A stream that has ended by itself is not disturbed by this.
    reader.cancel('The client closed the connection.').catch(() => {})
  }
  outgoing.once('close', onClose)
  if (outgoing.destroyed) onClose()
  outgoing.writeHead(status, headers)
  outgoing.flushHeaders()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || outgoing.destroyed) break
      if (!outgoing.write(value)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')])
    }
    outgoing.end()
  } catch (error) {
    breakConnection(outgoing, error)
  } finally {
    outgoing.off('close', onClose)
  }
}

/**
 * Ends a connection without an answer. A refusal can only look like a reset here: the connection has been
 * accepted long before the request could be read.
 */
export function breakConnection(outgoing: ServerResponse, reason: unknown): void {
  const socket = outgoing.socket
  if (socket === null) return
  if (reason instanceof ConnectionFault) socket.resetAndDestroy()
  else socket.destroy()
}
