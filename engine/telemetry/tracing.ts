import {
  type Attributes,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Engine } from '../engine.ts'
import type { EngineEvent, EventListener } from '../events.ts'
import { MovableContext } from './movable-context.ts'

export interface Tracing {
  /** Makes spans of the engine's events. */
  readonly onEvent: EventListener
  /** The engine, with each invocation in a trace of its own: what it does in the database belongs to it. */
  wrap(engine: Engine): Engine
}

interface InvocationTrace {
  readonly invocation: Span
  readonly context: MovableContext
  phase: Span | undefined
  readonly calls: Map<number, CallTrace>
}

interface CallTrace {
  readonly span: Span
  inputTokens: number
  outputTokens: number
}

/**
 * Spans: an invocation, in it its phases, in these their calls, each attempt an event of its call. What
 * else makes spans while an invocation works (Prisma does, for its statements) finds the phase as its
 * parent. Names of attributes: those of OpenTelemetry's GenAI conventions, and `pipeline.*` of our own.
 */
export function createTracing(tracer: Tracer, model: string): Tracing {
  const traces = new Map<string, InvocationTrace>()

  function start(event: EngineEvent): void {
    const active = context.active()
    // An engine that was not wrapped is traced too, but what the database does for it is not.
    const movable = active instanceof MovableContext ? active : new MovableContext(active)
    const attributes = { 'pipeline.run.id': event.runId, 'pipeline.invocation.id': event.invocation }
    const span = tracer.startSpan('invocation', { attributes, startTime: hrTime(event.at) }, movable)
    movable.moveTo(trace.setSpan(movable.current, span))
    traces.set(event.invocation, { invocation: span, context: movable, phase: undefined, calls: new Map() })
  }

  function onEvent(event: EngineEvent): void {
    if (event.type === 'invocation-started') {
      start(event)
      return
    }
    const traced = traces.get(event.invocation)
    if (!traced) return
    switch (event.type) {
      case 'invocation-ended':
        end(traced, event)
        traces.delete(event.invocation)
        return
      case 'phase-started':
        enterPhase(tracer, traced, event)
        return
      case 'call-started':
        traced.calls.set(event.call, {
          span: tracer.startSpan(
            `chat ${model}`,
            { kind: SpanKind.CLIENT, attributes: callAttributes(event, model), startTime: hrTime(event.at) },
            traced.context,
          ),
          inputTokens: 0,
          outputTokens: 0,
        })
        return
      case 'attempt-ended':
        addAttempt(traced, event)
        return
      case 'call-ended':
        endCall(traced, event)
        return
      case 'item-ended':
        traced.phase?.addEvent(`item ${event.outcome}`, { 'pipeline.item': event.item }, hrTime(event.at))
        return
      case 'governor-failed':
        traced.phase?.addEvent(event.type, { 'error.message': event.error }, hrTime(event.at))
        return
      case 'item-claimed':
      case 'waited':
        return
      default:
        event satisfies never
    }
  }

  return {
    onEvent,
    wrap: (engine) => ({
      ...engine,
      processNext(runId, options) {
        const own = new MovableContext(context.active())
        return context.with(own, async () => {
          return engine.processNext(runId, options)
        })
      },
    }),
  }
}

function enterPhase(
  tracer: Tracer,
  traced: InvocationTrace,
  event: Extract<EngineEvent, { type: 'phase-started' }>,
): void {
  traced.phase?.end(hrTime(event.at))
  const parent = trace.setSpan(traced.context.current, traced.invocation)
  const attributes = { 'pipeline.run.id': event.runId, 'pipeline.phase': event.phase }
  traced.phase = tracer.startSpan(event.phase, { attributes, startTime: hrTime(event.at) }, parent)
  traced.context.moveTo(trace.setSpan(parent, traced.phase))
}

function callAttributes(event: Extract<EngineEvent, { type: 'call-started' }>, model: string): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': model,
    'pipeline.run.id': event.runId,
    'pipeline.phase': event.phase,
    'pipeline.item': event.item,
  }
}

function addAttempt(traced: InvocationTrace, event: Extract<EngineEvent, { type: 'attempt-ended' }>): void {
  const call = traced.calls.get(event.call)
  if (!call) return
  // Tokens of an attempt whose answer could not be used are paid for all the same.
  call.inputTokens += event.inputTokens
  call.outputTokens += event.outputTokens
  const attributes = {
    'http.response.status_code': event.status,
    'gen_ai.usage.input_tokens': event.inputTokens,
    'gen_ai.usage.output_tokens': event.outputTokens,
    'pipeline.attempt.duration_ms': event.at - event.startedAt,
  }
  call.span.addEvent('attempt', attributes, hrTime(event.at))
}

function endCall(traced: InvocationTrace, event: Extract<EngineEvent, { type: 'call-ended' }>): void {
  const call = traced.calls.get(event.call)
  if (!call) return
  traced.calls.delete(event.call)
  call.span.setAttributes({
    'gen_ai.usage.input_tokens': call.inputTokens,
    'gen_ai.usage.output_tokens': call.outputTokens,
    'pipeline.attempts': event.attempts,
  })
  if (event.error !== undefined) fail(call.span, event.error)
  call.span.end(hrTime(event.at))
}

/** Ends what is still open, from the inside out. */
function end(traced: InvocationTrace, event: Extract<EngineEvent, { type: 'invocation-ended' }>): void {
  const { outcome } = event
  const endTime = hrTime(event.at)
  for (const { span } of traced.calls.values()) span.end(endTime)
  traced.phase?.end(endTime)
  traced.invocation.setAttribute('pipeline.outcome', outcome.state)
  if (outcome.state === 'broken-off') fail(traced.invocation, outcome.error)
  if (outcome.state === 'finished') traced.invocation.setAttribute('pipeline.run.status', outcome.status)
  if (outcome.state === 'finished' && outcome.status === 'FAILED') fail(traced.invocation, 'the run failed')
  traced.invocation.end(endTime)
}

function fail(span: Span, reason: unknown): void {
  const message = reason instanceof Error ? reason.message : String(reason)
  span.setAttribute('error.type', reason instanceof Error ? reason.name : '_OTHER')
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}

/** Seconds and nanoseconds: a plain number may be taken for one of `performance.now()`. */
function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000)
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)]
}
