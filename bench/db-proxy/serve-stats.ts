import { Hono } from 'hono'
import { ApiError, type ApiServer, knownHost, serveApi } from '../../engine/http/index.ts'
import { systemClock } from '../../engine/index.ts'
import type { DatabaseProxy } from './proxy.ts'

/** Serves `GET /stats` and `POST /stats/reset` on 127.0.0.1. Rejects with Node's error when it cannot listen there. */
export async function serveStats(
  proxy: Pick<DatabaseProxy, 'stats' | 'reset'>,
  port: number,
): Promise<ApiServer> {
  const app = new Hono()
  app.use(knownHost(['localhost', '127.0.0.1']))
  app.onError((error) => {
    if (error instanceof ApiError) return error.response
    throw error
  })
  app.get('/stats', (context) => context.json(proxy.stats))
  app.post('/stats/reset', (context) => {
    proxy.reset()
    return context.json(proxy.stats)
  })
  return serveApi({ fetch: (request) => app.fetch(request), port, clock: systemClock })
}
