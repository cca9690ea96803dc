/**
 * Prices in US dollars for a million tokens, input and output, as Anthropic lists them.
 * @see https://platform.claude.com/docs/en/about-claude/pricing
 */
export const PRICES: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'claude-haiku-4-5': { input: 1, output: 5 },
  'claude-sonnet-4-5': { input: 3, output: 15 },
}

/** @throws RangeError for a model without a price: a cost of 0 would be a lie. */
export function costUsd(model: string, inputTokens: number, outputTokens: number): number {
  const price = PRICES[model]
  if (!price) throw new RangeError(`there is no price for ${model}: add it to bench/run/cost.ts`)
  return (inputTokens * price.input + outputTokens * price.output) / 1_000_000
}
