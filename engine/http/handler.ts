import type { Engine } from '../engine.ts'
import type { Flags } from '../flags.ts'
import type { Clock } from '../ports.ts'

/** A handler as a route file of Next.js exports it, but for its params, which are there already. */
export type Handler = (request: Request, params: { readonly id: string }) => Promise<Response>

/** What handlers work with. */
export interface HandlerParts {
  readonly engine: Engine
  readonly clock: Clock
  /** Flags of a run that is created without its own. */
  readonly flags: Flags
  /** What a body may have. */
  readonly maxBodyBytes: number
  /** Resolves where the database answers. */
  readonly checkDatabase: () => Promise<unknown>
  /** Between two looks at a run whose events are streamed, ms. */
  readonly pollMs: number
  /** Between two signs of life on a stream with no events, ms. */
  readonly heartbeatMs: number
  /** Aborts when the server stops. */
  readonly signal: AbortSignal
  /** Told of an error that ends a stream: its answer has begun and can no longer say so. */
  readonly onError: (error: unknown, request: Request) => void
}
