import { ROOT_CONTEXT, SpanKind, TraceFlags, trace as api } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator } from '@opentelemetry/sdk-trace-base'
import { traceIds, type Step } from './gift-trace.ts'

// Loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set, so that every other start is as fast as without it.

export type Tracing = {
  /** Is sent soon. A collector that is away or slow holds nothing up; its steps are dropped. */
  record(step: Step): void
  stop(): Promise<void>
}

/** The process has ten seconds to stop, and the collector may be away. */
const STOP_MS = 2_000

/**
 * Sends the steps to a collector by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/). OpenTelemetry itself reads its
 * other variables, such as OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER.
 */
export function startTracing({ endpoint, part }: { endpoint: string; part: string }): Tracing {
  const random = new RandomIdGenerator()
  // The first step of a gift has ids of its own; they are asked for while it starts, at once.
  let given: { readonly trace: string; readonly first: string } | null = null
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'reader-donations', 'reader_donations.part': part }),
    ),
    idGenerator: {
      generateTraceId: () => given?.trace ?? random.generateTraceId(),
      generateSpanId: () => given?.first ?? random.generateSpanId(),
    },
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
  })
  const tracer = provider.getTracer('reader-donations')
  return {
    record({ checkout, name, startedAt, endedAt, attributes }) {
      const ids = traceIds(checkout)
      const isFirst = name === 'checkout'
      const kind = isFirst || name === 'webhook' ? SpanKind.SERVER : SpanKind.INTERNAL
      const parent = { traceId: ids.trace, spanId: ids.first, traceFlags: TraceFlags.SAMPLED, isRemote: true }
      given = isFirst ? ids : null
      const within = isFirst ? ROOT_CONTEXT : api.setSpanContext(ROOT_CONTEXT, parent)
      const span = tracer.startSpan(name, { startTime: startedAt, kind, attributes }, within)
      given = null
      span.end(endedAt)
    },
    async stop() {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, STOP_MS)
      await Promise.race([provider.shutdown().catch(() => undefined), late])
      clearTimeout(timer)
    },
  }
}
