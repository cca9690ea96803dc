// A process that measures parts for the gate, one at a time. Its databases are made and dropped by the gate, so
// that it may be ended at any time and leaves nothing behind.
import { type BirpcReturn, createBirpc } from 'birpc'
import { UsageError } from '../run/index.ts'
import { measurePart } from './measure-part.ts'
import type { PartOwner, PartWorker } from './part-messages.ts'

const never = new AbortController().signal

const owner: BirpcReturn<PartOwner, PartWorker> = createBirpc<PartOwner, PartWorker>(
  {
    measure(part, version) {
      const server = {
        version,
        async createDatabase() {
          const { name, url } = await owner.createDatabase()
          return { name, url, drop: () => owner.dropDatabase(name) }
        },
      }
      return measurePart(server, part, owner, never).catch((error: unknown) => {
        if (error instanceof UsageError) return { refused: error.message }
        throw error
      })
    },
  },
  {
    // Where the gate has just gone, the channel's end says so.
    post: (message) => process.send?.(message, undefined, undefined, () => {}),
    on: (listener) => process.on('message', listener),
    eventNames: ['started', 'ended', 'brokeOff'],
    timeout: -1,
  },
)
// Ctrl-C reaches the whole group: the gate says when it ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})
process.on('disconnect', () => process.exit())
