import type { HttpHandler } from 'msw'

/** What a handler does with a request. */
export type Resolve = (request: Request) => Promise<Response>

/**
 * The resolvers of the handlers whose path is fixed, by method and path. MSW's matching clones the request
 * and reads its cookies, which takes several times as long as the answer; a server that routes by itself
 * calls the resolvers at once. They are the same functions.
 * @returns undefined for what only MSW can match.
 */
export function directPaths(
  handlers: readonly HttpHandler[],
  baseUrl: string,
): (method: string, path: string) => Resolve | undefined {
  const found = new Map<string, Resolve>()
  for (const handler of handlers) {
    const { method, path } = handler.info
    // What comes after a wildcard may be meant to be hidden by it.
    if (typeof method !== 'string' || typeof path !== 'string' || path.includes('*')) break
    if (path.includes('/:') || !path.startsWith(baseUrl)) continue
    const key = `${method} ${path.slice(baseUrl.length)}`
    const { resolver } = handler as unknown as { resolver: (info: { request: Request }) => Promise<Response> }
    if (!found.has(key)) found.set(key, (request) => resolver({ request }))
  }
  return (method, path) => found.get(`${method} ${path}`)
}
