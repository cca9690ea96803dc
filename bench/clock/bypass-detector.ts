import { AsyncLocalStorage, createHook } from 'node:async_hooks'

/** Thrown into a run whose code waits, or does I/O, past its virtual clock. */
export class ClockBypassedError extends Error {
  override readonly name = 'ClockBypassedError'
  readonly code = 'CLOCK_BYPASSED'
}

/** Where the code that runs now belongs. */
interface Place {
  readonly onBypass: (error: ClockBypassedError) => void
  /** Inside a bracket real work is what is expected. */
  readonly bracketed: boolean
}

/** What Node creates for a real wait or real I/O: none of it may begin outside a bracket. */
const REAL =
  /^(Timeout|FS|FILEHANDLE|TCP|PIPE|UDP|TLS|TTY|WRITE|SHUTDOWN|HTTP|GETADDRINFO|GETNAMEINFO|QUERY|PROCESS|WORKER|ZLIB|DIRHANDLE|STATWATCHER|MESSAGEPORT)/

/**
 * Timeouts of libraries that guard a call and end with it. They run by the wall clock, are longer than
 * any call takes in real time, and nothing waits for them.
 */
const GUARDS = /[\\/]node_modules[\\/](@anthropic-ai[\\/]sdk|@prisma[\\/]client[\w-]*|pg-pool|pg)[\\/]/

const places = new AsyncLocalStorage<Place>()
let watched = 0

const hook = createHook({
  init(_asyncId, type) {
    if (type === 'PROMISE' || !REAL.test(type)) return
    const place = places.getStore()
    if (!place || place.bracketed) return
    if (type === 'Timeout' && GUARDS.test(creatorFile())) return
    const begunAt = creator(new Error().stack ?? '')
    place.onBypass(
      new ClockBypassedError(
        `Expected every wait and all I/O of a run to go through its clock, got ${type} begun ${begunAt}: ` +
          'sleep on the injected clock, or bracket the work with clock.io().',
      ),
    )
  },
})

function isOfTheRun(place: string): boolean {
  return /[\\/]/.test(place) && !place.includes('node:') && !place.includes('bypass-detector')
}

/** The place in the code that began it, by its source. */
function creator(stack: string): string {
  return stack.split('\n').slice(2).find(isOfTheRun)?.trim() ?? 'at an unknown place'
}

/** Its file alone. Most of what is begun is a guard, and each place's line would be looked up in a source map. */
function creatorFile(): string {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName() ?? '')
  const files = new Error().stack as unknown as readonly string[]
  Error.prepareStackTrace = prepareStackTrace
  return files.find(isOfTheRun) ?? ''
}

/** Runs work of a virtual run, and watches all that it starts until it has ended. */
export async function watchForBypass<T>(onBypass: Place['onBypass'], work: () => Promise<T>): Promise<T> {
  if (watched++ === 0) hook.enable()
  try {
    return await places.run({ onBypass, bracketed: false }, work)
  } finally {
    if (--watched === 0) hook.disable()
  }
}

/** Runs real work that the clock knows of. */
export function insideBracket<T>(work: () => T): T {
  const place = places.getStore()
  return place ? places.run({ ...place, bracketed: true }, work) : work()
}
