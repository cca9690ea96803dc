import { createClaudeMock } from '../../../mocks/index.ts'
import type { StoredAnswer } from '../sampler/protocol.ts'

/** Answers of the mock by request body: the samplers get the same ones, and spend no CPU time on making them. */
export function rememberedAnswers(seed: number): (body: string) => Promise<StoredAnswer> {
  const answers = new Map<string, Promise<StoredAnswer>>()
  const mock = createClaudeMock({
    clock: { now: () => 0, sleep: async () => {} },
    seed,
    latency: { firstTokenMs: 1, perThousandInputTokensMs: 0, tokensPerSecond: 1_000_000, sigma: 0 },
    limits: {},
  })
  async function ask(body: string): Promise<StoredAnswer> {
    const response = await mock.fetch('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      headers: {
        'x-api-key': 'gate',
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body,
    })
    return { status: response.status, headers: [...response.headers], body: await response.text() }
  }
  return (body) => {
    const answer = answers.get(body) ?? ask(body)
    answers.set(body, answer)
    return answer
  }
}
