import type { Decision } from './decision.ts'
import type { EndpointName, Fault } from './faults/index.ts'
import type { Reader, Reading } from './reading.ts'

/** What an endpoint is told of an attempt. */
export interface AttemptInfo<Body> {
  readonly reading: Reading<Body>
  readonly requestHash: string
  /** See Reading. */
  readonly drawHash: string
  /** From 1. */
  readonly attempt: number
  readonly inputTokens: number
  /** Due for this attempt; what is wrong with content is the endpoint's to do. */
  readonly fault: Fault | undefined
}

/** One endpoint of the API. */
export interface Endpoint<Body> extends Reader<Body> {
  readonly name: EndpointName
  /** @default MAX_BODY_BYTES */
  readonly maxBodyBytes?: number
  /** What faults are chosen by. @default nothing */
  subject?(body: Body): {
    readonly model: string
    readonly hasSchema: boolean
    readonly streamed: boolean
    prompt(): string
  }
  decide(body: Body, info: AttemptInfo<Body>): Decision
}
