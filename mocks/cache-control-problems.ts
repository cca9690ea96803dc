import type { CountTokensBody } from './body-schemas.ts'

const MOST_BREAKPOINTS = 4

type Marked = Pick<CountTokensBody, 'cache_control' | 'tools' | 'system' | 'messages'>

/** What is wrong with where a request is to be cached, in the API's words. */
export function cacheControlProblem(body: Marked): string | undefined {
  const { cache_control, tools, system, messages } = body
  const found =
    (cache_control == null ? 0 : 1) +
    marks(tools) +
    marks(system) +
    messages.reduce((sum, { content }) => sum + marks(content), 0)
  if (found > MOST_BREAKPOINTS) {
    return `A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.`
  }
  const late = found < 2 ? undefined : lateHour(body)
  return late === undefined
    ? undefined
    : `${late}.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. ` +
        'Note that blocks are processed in the following order: `tools`, `system`, `messages`.'
}

/** Where an hour comes after five minutes, which are the default. */
function lateHour({ cache_control, tools, system, messages }: Marked): string | undefined {
  const marked = [
    ...marksOf('tools', tools),
    ...marksOf('system', system),
    ...messages.flatMap(({ content }, index) => marksOf(`messages.${index}.content`, content)),
    // That of the request is for its last block.
    ...(cache_control == null ? [] : [{ path: 'cache_control', isHour: cache_control.ttl === '1h' }]),
  ]
  const short = marked.findIndex(({ isHour }) => !isHour)
  return short < 0 ? undefined : marked.slice(short).find(({ isHour }) => isHour)?.path
}

interface Mark {
  readonly path: string
  readonly isHour: boolean
}

/** A block ends after those within it. */
function marksOf(path: string, blocks: unknown): readonly Mark[] {
  if (!Array.isArray(blocks)) return []
  return blocks.flatMap((block, index) => {
    const within = marksOf(`${path}.${index}.content`, block?.content)
    if (block?.cache_control == null) return within
    return [...within, { path: `${path}.${index}.cache_control`, isHour: block.cache_control.ttl === '1h' }]
  })
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
