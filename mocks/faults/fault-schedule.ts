import { randomAbout } from '../random.ts'
import { apiKeyOf, type HeaderReader } from '../request-checks.ts'
import type { EndpointName, Fault } from './fault.ts'

/** A request, as conditions look at it. */
export interface FaultSubject {
  readonly endpoint: EndpointName
  /** Ms since the mock was made. */
  readonly sinceStartMs: number
  readonly headers: HeaderReader
  /** Undefined where the request has none. */
  readonly model: string | undefined
  /** Text of the system prompt and the messages. */
  prompt(): string
  /** Whether the request gives a schema for what is answered. */
  readonly hasSchema: boolean
  /** What a probability is drawn by. */
  readonly drawHash: string
  readonly attempt: number
}

export interface FaultSchedule {
  readonly faults: readonly Fault[]
  /** Counts a request and gives the fault that is due for it: the first in the list. */
  next(request: FaultSubject): Fault | undefined
  /** Takes another list; its counts begin at 1. */
  replace(faults: readonly Fault[]): void
}

export function createFaultSchedule(initial: readonly Fault[], seed: number): FaultSchedule {
  let faults = initial
  let counts = faults.map(() => 0)
  return {
    get faults() {
      return faults
    },
    next(request) {
      let due: Fault | undefined
      for (const [index, fault] of faults.entries()) {
        if (!holds(fault, request)) continue
        const nth = (counts[index] ?? 0) + 1
        counts[index] = nth
        if (fault.nthRequest !== undefined && nth !== fault.nthRequest) continue
        if (fault.everyNthRequest !== undefined && nth % fault.everyNthRequest !== 0) continue
        if (!falls(fault, request, [seed, index])) continue
        due ??= fault
      }
      return due
    },
    replace(others) {
      faults = others
      counts = faults.map(() => 0)
    },
  }
}

function holds(fault: Fault, request: FaultSubject): boolean {
  return (
    (fault.endpoint ?? 'messages') === request.endpoint &&
    request.sinceStartMs >= (fault.fromMs ?? 0) &&
    request.sinceStartMs < (fault.untilMs ?? Infinity) &&
    (fault.apiKey === undefined || fault.apiKey === apiKeyOf(request.headers)) &&
    (fault.model === undefined || fault.model === request.model) &&
    (fault.header === undefined || hasHeader(request.headers, fault.header)) &&
    (fault.promptIncludes === undefined || request.prompt().includes(fault.promptIncludes)) &&
    (fault.kind !== 'schema-violation' || request.hasSchema)
  )
}

function hasHeader(
  headers: HeaderReader,
  { name, value }: { readonly name: string; readonly value?: string },
) {
  const found = headers.get(name.toLowerCase())
  return value === undefined ? found !== null : found === value
}

/** Not drawn from a stream: the order of the requests makes no difference. */
function falls({ probability }: Fault, { drawHash, attempt }: FaultSubject, about: readonly unknown[]) {
  return probability === undefined || randomAbout('fault', ...about, drawHash, attempt).chance(probability)
}
