import pidusage from 'pidusage'

/** What a process takes. */
export interface Usage {
  /** CPU time since its beginning, ms. */
  readonly cpuMs: number
  readonly rssBytes: number
}

/** @returns of those that are still there */
export async function readUsage(pids: readonly number[]): Promise<ReadonlyMap<number, Usage>> {
  const found = await Promise.all(
    pids.map((pid) =>
      pidusage(pid).then(
        ({ ctime, memory }) => [[pid, { cpuMs: ctime, rssBytes: memory }] as const],
        () => [],
      ),
    ),
  )
  return new Map(found.flat())
}
