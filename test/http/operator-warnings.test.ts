import { expect, test } from 'vitest'
import { callersThrough } from '../../src/http/client-ip.ts'
import { operatorWarnings } from '../../src/http/operator-warnings.ts'
import { warnOfClock, warnOfDatabaseClock, warnOfUntrustedProxies } from '../../src/http/set-up-warnings.ts'
import { requestFrom } from '../kit/http.ts'
import { keptLog } from '../kit/log.ts'

function warningsAt(start: string) {
  let nowMs = Date.parse(start)
  const counted: string[] = []
  const { log, text } = keptLog()
  const warnings = operatorWarnings({
    log,
    clock: () => new Date(nowMs),
    count: (kind) => void counted.push(kind),
  })
  const logged = () =>
    text()
      .split('\n')
      .filter((line) => line.includes('"warning"')).length
  return {
    ...warnings,
    counted,
    logged,
    text,
    forwardMinutes: (minutes: number) => void (nowMs += minutes * 60_000),
  }
}

test('logs a warning once in five minutes, counts every one, and forgets it after a quarter of an hour', () => {
  const warnings = warningsAt('2026-01-01T12:00:00Z')
  expect(warnings.current()).toEqual([])
  for (let times = 0; times < 100; times += 1) warnOfClock(warnings)(360)
  expect([warnings.logged(), warnings.counted.length]).toEqual([1, 100])
  warnings.forwardMinutes(4)
  warnOfClock(warnings)(361)
  expect(warnings.logged()).toBe(1)
  expect(warnings.current()).toEqual([expect.stringContaining('361 seconds ahead of')])
  warnings.forwardMinutes(1)
  warnOfClock(warnings)(-400)
  expect(warnings.logged()).toBe(2)
  expect(warnings.text()).toContain('400 seconds behind')
  warnings.forwardMinutes(15)
  expect(warnings.current()).toEqual([])
})

async function pass(
  middleware: ReturnType<typeof warnOfUntrustedProxies>,
  socket: string,
  forwardedFor?: string,
  method = 'GET',
) {
  // The middleware reads nothing else.
  await middleware({ req: requestFrom(socket, forwardedFor), method } as never, async () => undefined)
}

test('warns at the first request that a proxy of a private network hands on, and names the proxy', async () => {
  const warnings = warningsAt('2026-01-01T12:00:00Z')
  const middleware = warnOfUntrustedProxies(callersThrough(['10.0.0.5']), warnings)
  await pass(middleware, '10.0.0.5', '203.0.113.9')
  expect(warnings.current()).toEqual([])
  await pass(middleware, '10.0.0.6', '203.0.113.9')
  expect(warnings.current()).toEqual([expect.stringContaining('10.0.0.6')])
  expect(warnings.text()).not.toContain('203.0.113.9')
})

test('warns of a trusted proxy that names no reader, but not when it only asks for a page', async () => {
  const warnings = warningsAt('2026-01-01T12:00:00Z')
  const middleware = warnOfUntrustedProxies(callersThrough(['10.0.0.5']), warnings)
  await pass(middleware, '10.0.0.5')
  await pass(middleware, '10.0.0.5', '203.0.113.9', 'POST')
  await pass(middleware, '203.0.113.9', undefined, 'POST')
  expect(warnings.current()).toEqual([])
  await pass(middleware, '10.0.0.5', undefined, 'POST')
  expect(warnings.current()).toEqual([expect.stringContaining('sends no X-Forwarded-For')])
})

test('warns of public proxies when most requests come through them, and not because of a single liar', async () => {
  const warnings = warningsAt('2026-01-01T12:00:00Z')
  const middleware = warnOfUntrustedProxies(callersThrough([]), warnings)
  for (let times = 0; times < 300; times += 1) {
    await pass(middleware, '203.0.113.9')
    if (times % 3 === 0) await pass(middleware, '198.51.100.7', '1.2.3.4')
  }
  expect(warnings.current()).toEqual([])
  for (let times = 0; times < 60; times += 1) await pass(middleware, '198.51.100.7', '1.2.3.4')
  expect(warnings.current()).toEqual([expect.stringContaining('Most requests')])
  expect(warnings.text()).not.toMatch(/198\.51|1\.2\.3\.4/)
})

test.each([
  [600, 'clock is 600 seconds ahead of the database'],
  [-600, 'clock is 600 seconds behind the database'],
])('warns of a database whose clock differs by minutes (%i s)', (seconds, words) => {
  const warnings = warningsAt('2026-11-02T10:00:00Z')
  warnOfDatabaseClock(warnings, seconds / 20)
  expect(warnings.has('database_clock_differs')).toBe(false)
  warnOfDatabaseClock(warnings, seconds)
  expect(warnings.current()).toEqual([expect.stringContaining(words)])
  expect(warnings.has('database_clock_differs')).toBe(true)
  warnings.forwardMinutes(16)
  expect(warnings.has('database_clock_differs')).toBe(false)
})
