import type { BenchClock } from '../clock/index.ts'

/**
 * Wraps the SDK's fetch: from the request until the body is read, virtual time stands still, but for
 * the time that the server takes.
 * @param onRequest Told of each HTTP request that is sent.
 */
export function instrumentFetch(inner: typeof fetch, clock: BenchClock, onRequest: () => void): typeof fetch {
  return (input, init) =>
    clock.io(`${init?.method ?? 'GET'} ${String(input)}`, async () => {
      onRequest()
      const response = await inner(input, init)
      const body = await response.arrayBuffer()
      const { status, statusText, headers } = response
      return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers })
    })
}
