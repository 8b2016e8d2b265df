import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { z } from 'zod'
import dashboard from '../../docs/deploy/grafana/reader-donations.json' with { type: 'json' }
import { makeMetrics } from '../../src/http/metrics.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RULES = path.join(ROOT, 'docs/deploy/prometheus')
const SAMPLES = ['alerts.test.yml', 'alerts-of-a-day.test.yml']
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const alerts = textOf('docs/deploy/prometheus/alerts.yml')
const alertNames = Array.from(alerts.matchAll(/- alert: (\w+)/g), ([, name = '']) => name)

const panels = z.array(
  z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).optional() }),
)

/** Every name that /metrics has samples of, with what Prometheus adds to a histogram's. */
async function metricNames(): Promise<Set<string>> {
  const metrics = makeMetrics(async () => ({
    inbox: { depth: 0, oldestSeconds: 0 },
    inboxNeedsAttention: {},
    readAsObjects: 0,
    protection: { step: 0, giving: true },
    outbox: { waiting: 0, oldestSeconds: 0, gaveUp: 0 },
    sync: { completeUpToSeconds: 0, recovered: 0, unreadable: 0 },
    unreconciled: [{ currency: 'usd', items: 1, minor: 2500n }],
  }))
  const types = (await metrics.render()).matchAll(/^# TYPE (\w+) (\w+)$/gm)
  return new Set(
    Array.from(types).flatMap(([, name = '', kind]) =>
      kind === 'histogram' ? [`${name}_count`, `${name}_sum`, `${name}_bucket`] : [name],
    ),
  )
}

/** The metrics that an expression of Prometheus reads: names with an underscore that no bracket follows. */
function metricsOf(expression: string): string[] {
  const plain = expression
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without) \([^)]*\)/g, ' ')
  return Array.from(plain.matchAll(/\b[a-z]\w*_\w+\b(?!\s*\()/g), ([name]) => name)
}

it('every metric of the alerts and of the dashboard is in /metrics', async () => {
  const known = await metricNames()
  const ofAlerts = Array.from(alerts.matchAll(/expr: (.*)/g), ([, expr = '']) => expr)
  const ofPanels = panels
    .parse(dashboard.panels)
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  const used = new Set([...ofAlerts, ...ofPanels].flatMap(metricsOf))
  expect(used.size).toBeGreaterThan(20)
  expect([...used].filter((name) => !known.has(name))).toEqual([])
})

it('every metric of the service is on the dashboard', async () => {
  const shown = JSON.stringify(dashboard.panels)
  const own = [...(await metricNames())].filter((name) => !/^(process|nodejs)_/.test(name))
  // The sum of a histogram shows nothing that its buckets and count do not, and workers have no /metrics.
  const elsewhere = ['http_request_duration_seconds_sum', 'webhook_events_total']
  expect(own.filter((name) => !shown.includes(name) && !elsewhere.includes(name))).toEqual([])
})

it('every alert leads to a section of the runbook and is tried with samples', () => {
  const headings = Array.from(textOf('docs/runbook.md').matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
  const anchors = Array.from(alerts.matchAll(/docs\/runbook\.md#([\w-]+)/g), ([, anchor = '']) => anchor)
  expect(anchors).toHaveLength(alertNames.length)
  expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([])
  const tried = SAMPLES.map((name) => textOf(`docs/deploy/prometheus/${name}`)).join('')
  expect(alertNames.filter((name) => !tried.includes(`alertname: ${name}\n`))).toEqual([])
})

// Prometheus' own tool runs the samples where it is installed (Debian: apt install prometheus).
const hasPromtool = await promisify(execFile)('promtool', ['--version']).then(
  () => true,
  () => false,
)

it.skipIf(!hasPromtool)('each alert fires when it has to and is silent otherwise', async () => {
  const run = promisify(execFile)('promtool', ['test', 'rules', ...SAMPLES], { cwd: RULES })
  expect((await run).stdout).toContain('SUCCESS')
})
