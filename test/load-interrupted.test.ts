import { expect, test } from 'vitest'
import { parseLoadOptions } from '../bench/cli/load-options.ts'
import { startStubService } from '../bench/load/generate/stub-service.test-data.ts'
import { runLoad } from '../bench/load/index.ts'

test.each([
  ['open', ['--rate', '5']],
  ['closed', ['--connections', '3']],
])('an interruption before the first arrival starts no run: %s', async (_, arrivals) => {
  const service = await startStubService([])
  try {
    const { plan, modes } = await parseLoadOptions([...arrivals, '--duration', '1s', '--target', service.url])
    const interrupted = AbortSignal.abort(new Error('interrupted'))
    const load = runLoad(plan, modes[0] as (typeof modes)[number], undefined, interrupted)
    await expect(load).rejects.toThrow('interrupted')
    expect(service.requests).toEqual([])
  } finally {
    service.close()
  }
})
