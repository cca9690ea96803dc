import type { ActorSession } from './actor-session.ts'

/** The SDK's fetch of one actor: a request takes the time that was drawn for it, and a dead process gets no answer. */
export function scheduledFetch(inner: typeof fetch, session: ActorSession): typeof fetch {
  return async (input, init) => {
    const clock = session.benchClock
    let answered: Response | undefined
    try {
      answered = await clock.io(`call of actor ${session.index}`, async () => {
        if (!(await session.passCall(init?.signal ?? undefined))) return undefined
        const response = await inner(input, init)
        const body = await response.arrayBuffer()
        const { status, statusText, headers } = response
        return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers })
      })
    } catch (error) {
      if (session.dead) return session.unanswered()
      throw error
    }
    if (session.dead || !answered) return session.unanswered()
    session.note({ kind: 'call', text: `Claude answers ${answered.status}` })
    return answered
  }
}
