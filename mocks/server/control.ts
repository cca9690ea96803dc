import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiError } from '../errors.ts'
import { invalidRequest } from '../errors.ts'
import { problemLine } from '../problem-line.ts'
import type { SteeredMock } from './steered-mock.ts'

/** Entries in one page of the journal at most. */
const MAX_PAGE = 1_000

const page = z.strictObject({
  /** Entries after this number. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
})

/** `/_mock`: looks into the mock and steers it. */
export function controlRoutes(
  mock: SteeredMock,
  answer: (error: ApiError) => Response,
  onReset: () => void,
): Hono {
  const routes = new Hono()
  routes.get('/health', (context) => context.json({ status: 'ok' }))
  routes.get('/clock', (context) => context.json(mock.clock()))
  routes.get('/journal', (context) => {
    const query = page.safeParse(context.req.query())
    if (!query.success) return answer(invalidRequest(problemLine(query.error)))
    const { after, limit } = query.data
    const { entries, totals, cut } = mock.current.journal
    const from = entries.findIndex((entry) => entry.n > after)
    const shown = from < 0 ? [] : entries.slice(from, from + limit)
    const last = shown.at(-1)?.n
    const more = last !== undefined && last !== entries.at(-1)?.n
    return context.json({
      totals,
      cut,
      entries: shown,
      next: more ? `/_mock/journal?after=${last}&limit=${limit}` : null,
    })
  })
  routes.get('/verdict', (context) => context.json(mock.current.journal.verdict()))
  routes.post('/reset', (context) => {
    mock.reset()
    onReset()
    return context.json({ status: 'ok' })
  })
  routes.get('/faults', (context) => context.json(mock.current.faults.faults))
  routes.put('/faults', async (context) => {
    let faults: unknown
    try {
      faults = JSON.parse(await context.req.text())
    } catch (error) {
      return answer(invalidRequest(`The faults are not valid JSON: ${(error as Error).message}`))
    }
    const refused = mock.setFaults(faults)
    if (refused !== undefined) return answer(invalidRequest(refused.problem))
    return context.json(mock.current.faults.faults)
  })
  return routes
}
