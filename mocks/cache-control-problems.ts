import type { CountTokensBody } from './body-schemas.ts'

const MOST_BREAKPOINTS = 4

type Marked = Pick<CountTokensBody, 'cache_control' | 'tools' | 'system' | 'messages'>

/** What is wrong with where a request is to be cached, in the API's words. */
export function cacheControlProblem({ cache_control, tools, system, messages }: Marked): string | undefined {
  const found =
    (cache_control == null ? 0 : 1) +
    marks(tools) +
    marks(system) +
    messages.reduce((sum, { content }) => sum + marks(content), 0)
  return found > MOST_BREAKPOINTS
    ? `A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.`
    : undefined
}

/** Blocks that are marked, those within a tool's result included. */
function marks(blocks: unknown): number {
  if (!Array.isArray(blocks)) return 0
  // In the results of the API's own tools there may be anything.
  return blocks.reduce(
    (sum: number, block) => sum + (block?.cache_control == null ? 0 : 1) + marks(block?.content),
    0,
  )
}
