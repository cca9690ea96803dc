/**
 * Text as a body that is made as fast as it is read, and no faster.
 * @param gone Aborted when the reader goes away, so that what waits for the next piece stops waiting.
 * @param onError Told of an error that ends the body early: its status and headers are sent by then.
 */
export function eventStream(
  pieces: AsyncGenerator<string, void, undefined>,
  gone: AbortController,
  onError: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      } catch (error) {
        if (gone.signal.aborted) return
        onError(error)
        controller.close()
      }
    },
    async cancel(reason) {
      gone.abort(reason)
      await pieces.return()
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // nginx would collect the events until its buffer is full.
      'x-accel-buffering': 'no',
    },
  })
}
