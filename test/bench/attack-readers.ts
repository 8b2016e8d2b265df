import { randomUUID } from 'node:crypto'
import { askAsReader } from '../kit/challenge.ts'

/*
 * Honest readers in a process of their own, each from home: one comes every half second, asks for a payment page as the
 * widget does, answers a challenge with the widget's own code, and tries again while the service says that it is busy.
 */

const url = process.env['SERVICE_URL'] ?? ''
const EVERY_MS = 500
const PAUSES_MS = [400, 1200, 2500, null]

type Visit = { readonly isServed: boolean; readonly waitedMs: number; readonly status: number }
const visits: Promise<Visit>[] = []

async function visit(number: number): Promise<Visit> {
  const startedAt = performance.now()
  const headers = {
    'Content-Type': 'application/json',
    'Idempotency-Key': randomUUID(),
    'X-Forwarded-For': `81.${number >> 8}.${number & 255}.7`,
  }
  const body = JSON.stringify({ amount: 500, currency: 'usd' })
  const ask = (more: Readonly<Record<string, string>>) =>
    fetch(`${url}/checkout-sessions`, { method: 'POST', body, headers: { ...headers, ...more } })
  let status = 0
  for (const pause of PAUSES_MS) {
    const answer = await askAsReader(ask).catch(() => null)
    await answer?.arrayBuffer()
    status = answer?.status ?? 0
    // The widget gives up at a refusal and tries again while the service is not available.
    if ((status > 0 && status < 500) || pause === null) break
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
  return { isServed: status === 201, waitedMs: performance.now() - startedAt, status }
}

let number = 0
const timer = setInterval(() => visits.push(visit((number += 1))), EVERY_MS)
process.on('message', () => {
  clearInterval(timer)
  void Promise.all(visits).then((all) => process.send?.({ visits: all }))
})
process.on('disconnect', () => process.exit())
process.send?.({ ready: true })
