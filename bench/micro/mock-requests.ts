/** What the servers are asked: the size of the prompt, a stream or not, the same or ever new text. */
export interface MockCase {
  readonly promptKiB: number
  readonly stream: boolean
  /** `same` lets a server remember its answer, `new` does not. */
  readonly prompts: 'same' | 'new'
}

export const MOCK_CASES: readonly MockCase[] = [0.1, 12].flatMap((promptKiB) =>
  [false, true].flatMap((stream) =>
    (['same', 'new'] as const).map((prompts) => ({ promptKiB, stream, prompts })),
  ),
)

/** @param content Whether the mock's answers are given to it, or its own. */
export function caseName({ promptKiB, stream, prompts }: MockCase, content: 'given' | 'mock'): string {
  const asked =
    prompts === 'same' ? 'same prompt' : `new prompts, ${content === 'given' ? 'given' : 'generated'} content`
  return `${promptKiB} KiB, ${stream ? 'streamed' : 'whole'}, ${asked}`
}

const SENTENCES = [
  'Our warehouse staff record every delivery on paper, and the forms reach the office a day later.',
  'The office team types them into the inventory system by hand, and typing errors cause wrong stock levels.',
  'Wrong stock levels cause late orders; customer service answers complaints without the real stock level.',
  'Staff want a mobile scanner that books a delivery at the gate and works without a network connection.',
  'Managers want a daily report of late orders, grouped by supplier, and an alert for a missed window.',
  'The finance department needs an audit trail of each stock correction, with reason and approval.',
]

/** A request's body. `n` makes it another prompt; it comes first in the text. */
export function mockBody({ promptKiB, stream }: MockCase, n: number): string {
  let text = `Document ${n}.`
  for (let i = 0; text.length < promptKiB * 1_024; i += 1) text += ` ${SENTENCES[i % SENTENCES.length]}`
  const message = { role: 'user', content: text }
  return JSON.stringify({ stream, model: 'claude-sonnet-5', max_tokens: 1_000, messages: [message] })
}

export const MOCK_HEADERS = {
  'content-type': 'application/json',
  'x-api-key': 'micro',
  'anthropic-version': '2023-06-01',
}
