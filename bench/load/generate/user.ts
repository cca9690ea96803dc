import { setTimeout as delay } from 'node:timers/promises'
import type { ApiClient } from './api-client.ts'
import type { RunEnd } from './load-recorder.ts'
import { type FlowOptions, type RunFlow, runFlow } from './run-flow.ts'

export interface UserOptions extends FlowOptions {
  readonly client: ApiClient
  /** Aborts when runs have had all the time that they may have. */
  readonly signal: AbortSignal
}

/** Does one run, at whichever service the client chooses for each request. */
export function useOnce(options: UserOptions, body: string, meantAt: number): Promise<RunEnd> {
  const flow = runFlow(options, body, meantAt)
  return follow(options, flow, flow.next())
}

/**
 * Does what a flow says, to its end.
 * @param first What it says now.
 */
export async function follow(
  { client, signal }: Pick<UserOptions, 'client' | 'signal'>,
  flow: RunFlow,
  first: ReturnType<RunFlow['next']>,
): Promise<RunEnd> {
  let said = first
  while (!said.done) {
    const step = said.value
    try {
      if (step.kind === 'ask') said = flow.next(await client.ask(step, signal))
      else {
        await delay(step.ms, undefined, { signal })
        said = flow.next()
      }
    } catch (error) {
      giveUp(flow, error)
      if (signal.aborted) return 'unfinished'
      throw error
    }
  }
  return said.value
}

/** Lets a flow write down what it has lost. */
export function giveUp(flow: RunFlow, why: unknown): void {
  try {
    flow.throw(why)
  } catch (error) {
    if (error !== why) throw error
  }
}
