import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node'
import { PrismaInstrumentation } from '@prisma/instrumentation'
import { createTracing, type Tracing } from './tracing.ts'

export interface TracingOptions {
  /** For the attribute `gen_ai.request.model`. */
  readonly model: string
  /** `service.name` of all spans. */
  readonly serviceName: string
  /**
   * Where spans go.
   * @default in batches to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, or to http://localhost:4318
   */
  readonly processor?: SpanProcessor
  /** Told when something is wrong with tracing itself, e.g. that no collector answers. @default nobody is */
  readonly onProblem?: (text: string) => void
}

export interface StartedTracing extends Tracing {
  /** Sends what is left, and takes tracing out of the process. */
  close(): Promise<void>
}

/** Work of the client's own, of a few microseconds for each statement. */
const NOT_WORTH_A_SPAN = ['prisma:client:serialize', 'prisma:client:compile']

/**
 * Traces this process: the engine's work, and the statements of every Prisma client in it (their text
 * without their values). The client of Claude is to be made with `openTelemetry: false`: it makes spans of
 * its own, one for each attempt, and tokens would be counted twice.
 */
export function startTracing(options: TracingOptions): StartedTracing {
  const { onProblem = () => {} } = options
  const tell = (text: string) => onProblem(`tracing: ${text}`)
  const silent = () => {}
  diag.setLogger({ error: tell, warn: tell, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN)
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    spanProcessors: [options.processor ?? new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  provider.register()
  const prisma = new PrismaInstrumentation({ ignoreSpanTypes: NOT_WORTH_A_SPAN })
  prisma.setTracerProvider(provider)
  prisma.enable()
  return {
    ...createTracing(provider.getTracer('tierbench'), options.model),
    async close() {
      prisma.disable()
      // Spans that could not be sent are no reason for whoever closes it to fail.
      await provider
        .shutdown()
        .catch((error: unknown) => tell(`the last spans were lost: ${messageOf(error)}`))
      trace.disable()
      context.disable()
      diag.disable()
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
