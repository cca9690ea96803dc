import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { SamplerReply, SamplerRequest, SamplerSetting, StoredAnswer } from '../sampler/protocol.ts'

/**
 * V8 compiles and collects on the main thread, at the same moments each time: two processes with the same
 * code differ less (allocations by 0.04 % rather than 0.3 %). Base and head have the same.
 */
const V8_FLAGS = ['--predictable', '--hash-seed=1', '--random-seed=1']
/** A sampler that says nothing for so long hangs, ms. */
const PATIENCE_MS = 120_000

/** A sampler that broke off, with its own reason. */
export class SamplerError extends Error {
  override readonly name = 'SamplerError'
}

/** A process that measures the engine of one tree. */
export interface Sampler {
  ask<T extends 'batch' | 'statements' | 'profile' | 'end'>(
    type: T,
  ): Promise<Extract<SamplerReply, { type: T }>>
  /** Ends the process, whatever it does. */
  stop(): Promise<void>
}

/**
 * Starts a sampler and warms it up.
 * @param tree Root of the checkout whose engine it measures.
 * @param answer The mock, asked for each answer once.
 * @throws SamplerError
 */
export async function startSampler(
  tree: string,
  setting: SamplerSetting,
  answer: (body: string) => Promise<StoredAnswer>,
  signal: AbortSignal,
): Promise<Sampler> {
  signal.throwIfAborted()
  const child = fork(join(tree, 'bench', 'gate', 'sampler', 'program.ts'), {
    cwd: tree,
    execArgv: [...V8_FLAGS, '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    signal.removeEventListener('abort', kill)
    if (child.exitCode === null && child.signalCode === null) kill()
    await exited
  }
  const kill = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  try {
    const inbox = listen(child, answer)
    const send = (request: SamplerRequest) => child.connected && child.send(request)
    send({ type: 'start', setting })
    await inbox('ready')
    return {
      ask: async (type) => {
        send({ type })
        return inbox(type)
      },
      stop,
    }
  } catch (error) {
    await stop()
    signal.throwIfAborted()
    throw error
  }
}

/** Waits for replies of a kind; a sampler that fails or ends before is an error. */
function listen(child: ChildProcess, answer: (body: string) => Promise<StoredAnswer>) {
  let failure: SamplerError | undefined
  let waiting: { readonly type: string; settle(reply: SamplerReply | SamplerError): void } | undefined
  let errors = ''
  const fail = (reason: string) => {
    failure ??= new SamplerError(reason)
    waiting?.settle(failure)
  }
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_000)
  })
  child.on('message', (reply: SamplerReply) => {
    if (reply.type === 'failed') return fail(reply.reason)
    if (reply.type !== 'question') return waiting?.type === reply.type ? waiting.settle(reply) : undefined
    answer(reply.body).then(
      (given) => child.connected && child.send({ type: 'answer', question: reply.question, answer: given }),
      (error: unknown) => fail(String(error)),
    )
  })
  child.on('exit', (code, signal) =>
    fail(`it ended with ${signal ?? code}: ${errors.trim() || 'no message'}`),
  )
  return <T extends SamplerReply['type']>(type: T): Promise<Extract<SamplerReply, { type: T }>> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(`it said nothing for ${PATIENCE_MS / 1_000} s`), PATIENCE_MS)
      const settle = (reply: SamplerReply | SamplerError) => {
        clearTimeout(timer)
        waiting = undefined
        if (reply instanceof SamplerError) reject(reply)
        else resolve(reply as Extract<SamplerReply, { type: T }>)
      }
      waiting = { type, settle }
      if (failure) settle(failure)
    })
}
