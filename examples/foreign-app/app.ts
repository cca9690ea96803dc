import express, { type ErrorRequestHandler, type Express, type Response } from 'express'
import { z } from 'zod'
import type { Planner } from './planner.ts'

const newPlan = z.object({
  uploads: z.array(z.object({ filename: z.string().min(1), content: z.string().min(1) })).min(1),
})

/** The routes. */
export function createApp(planner: Planner): Express {
  const app = express()
  app.use(express.json({ limit: '5mb' }))

  app.post('/runs', async (request, response) => {
    const body = newPlan.safeParse(request.body)
    if (!body.success) return refuse(response, 400, 'INVALID_BODY', z.prettifyError(body.error))
    const plan = await planner.create(body.data.uploads)
    response.status(201).location(`/runs/${plan.id}`).json(shown(plan))
  })

  app.get('/runs/:id', async (request, response) => {
    const plan = await planner.find(request.params.id)
    if (!plan) return refuse(response, 404, 'RUN_NOT_FOUND', `there is no run ${request.params.id}`)
    response.json(shown(plan))
  })

  app.post('/runs/:id/process-next', async (request, response) => {
    const plan = await planner.find(request.params.id)
    if (!plan) return refuse(response, 404, 'RUN_NOT_FOUND', `there is no run ${request.params.id}`)
    response.json(await planner.processNext(plan))
  })

  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    console.error(error)
    refuse(response, error.status ?? 500, 'INTERNAL', error.expose ? error.message : 'something went wrong')
  }
  app.use(onError)
  return app
}

const shown = (plan: {
  id: string
  status: string
  done: number
  error: string | null
  createdAt: Date
}) => ({
  id: plan.id,
  status: plan.status,
  stepsDone: plan.done,
  error: plan.error,
  createdAt: plan.createdAt,
})

function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } })
}
