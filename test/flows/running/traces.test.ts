import { expect, it, vi } from 'vitest'
import { listen } from '../../kit/http.ts'
import { ARRIVED, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
}
type Export = { readonly resourceSpans: { readonly scopeSpans: { readonly spans: readonly Span[] }[] }[] }

/** A collector that keeps what it is sent. */
async function collector() {
  const bodies: string[] = []
  const server = await listen((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      response.setHeader('Content-Type', 'application/json').end('{}')
    })
  })
  const spans = () =>
    bodies
      .map((body) => JSON.parse(body) as Export) // the exporter's JSON
      .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
      .flatMap((scope) => scope.spans)
  return { url: server.url, close: server.close, spans, text: () => bodies.join('\n') }
}

it('follows a gift from the click to its receipt in one trace, without donor, amount or secret', async () => {
  const { url, close, spans, text } = await collector()
  const service = await startTestService({ OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/` })
  const opened = await service.session({ amount: 123_400, message: 'For the ferry' })
  await service.pay(opened, { name: 'Ada Traced', email: 'ada@traced.example' })
  await service.thankYou(opened, ARRIVED)
  await until('the receipt', async () => (await service.metric('outbox_depth')) === 0)
  const { rows } = await service.database.pool.query<{ id: string }>('select id from checkouts')
  await service.stop()
  const ofGift = spans().filter(({ traceId }) => traceId === rows[0]?.id.replaceAll('-', ''))
  await close()

  expect(new Set(ofGift.map(({ name }) => name))).toEqual(
    new Set(['checkout', 'webhook', 'processing', 'receipt mail']),
  )
  expect(spans()).toHaveLength(ofGift.length)
  const [first] = ofGift.filter(({ name }) => name === 'checkout')
  expect(first?.parentSpanId ?? '').toBe('')
  const parents = ofGift.flatMap(({ name, parentSpanId }) => (name === 'checkout' ? [] : [parentSpanId]))
  expect(new Set(parents)).toEqual(new Set([first?.spanId]))
  expect(text()).not.toMatch(/Traced|traced\.example|1234|ferry|whsec|sk_test/)
})

it('serves readers, and stops, while the collector does not answer', async () => {
  const silent = await listen(() => undefined)
  // The exporter itself would wait for an hour.
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '3600000')
  vi.stubEnv('OTEL_BSP_EXPORT_TIMEOUT', '3600000')
  const service = await startTestService({ OTEL_EXPORTER_OTLP_ENDPOINT: silent.url })
  const opened = await service.session()
  await service.pay(opened)
  expect(await service.thankYou(opened, ARRIVED)).toContain('Thank you')
  await service.stop()
  await silent.close()
  vi.unstubAllEnvs()
})
