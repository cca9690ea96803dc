import { openAttempt } from './attempt.ts'
import type { Endpoint } from './endpoint.ts'
import type { MockState } from './mock-state.ts'
import { bodyStream, streamedResponse } from './streaming/index.ts'

/**
 * Carries a Request through the mock. Nothing asynchronous happens between the reading of the body and the
 * first sleep, so that requests are decided in the order of the journal. A body in several pieces sleeps
 * again before each of them.
 */
export async function handleRequest<Body>(
  state: MockState,
  request: Request,
  endpoint: Endpoint<Body>,
): Promise<Response> {
  const { clock } = state.options
  const { method, headers, signal } = request
  const text = await request.text()
  const attempt = openAttempt(state, endpoint, { method, path: pathOf(request.url), headers, text })
  try {
    await clock.sleep(attempt.afterMs, signal)
  } catch (thrown) {
    attempt.abandon()
    throw thrown
  }
  const answer = attempt.answer()
  const { status } = answer
  if (answer.kind === 'whole') {
    return new Response(answer.text, { status, headers: { ...answer.headers, ...answer.limits } })
  }
  return streamedResponse(bodyStream(answer, clock, signal), { status, headers: answer.headers })
}

/** By hand, because making a URL takes as long as all the rest of a journal's entry. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start < 0) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}
