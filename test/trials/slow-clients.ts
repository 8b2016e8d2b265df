import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { count, openStage, post, type Webhook } from './stage.ts'
import { percentile, problemsOf, type Trial } from './trial.ts'

const SLOW = 500
const ROUNDS = 3
// Longer than the service waits for the headers and for the body.
const PHASE_MS = 7_000
const BYTE_EVERY_MS = 1_000

export const slowClients: Trial = {
  tries: '500 clients that send a byte a second, beside a healthy one; and bodies that are cut off',
  async run(say) {
    const stage = await openStage()
    try {
      const { url } = await stage.start('web')
      const alone: number[] = []
      const beside: number[] = []
      let stored = 0
      let failures = 0
      const healthy = async (into: number[]): Promise<void> => {
        const endsMs = performance.now() + PHASE_MS
        for (let n = 0; performance.now() < endsMs; n += 1) {
          const webhook = n % 2 === 0 ? await stage.paidGift() : null
          const startedAt = performance.now()
          const status = webhook ? await post(url, webhook) : (await fetch(`${url}/donate`)).status
          into.push(performance.now() - startedAt)
          if (status !== 200) failures += 1
          if (webhook) stored += 1
        }
      }
      await healthy([])
      let dropped = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        await healthy(alone)
        const crowd = await slowCrowd(url, await stage.paidGift())
        await healthy(beside)
        dropped += crowd.leave()
        await pause(200)
        say(
          `round ${round + 1} of ${ROUNDS}: p99 ${percentile(alone, 0.99).toFixed(1)} ms alone, ${percentile(beside, 0.99).toFixed(1)} ms beside`,
        )
      }

      // A webhook whose connection ends anywhere before its last byte.
      const cut = await stage.paidGift()
      const whole = requestOf(cut)
      for (let at = 1; at < whole.length; at += Math.ceil(whole.length / 40))
        await sendPart(url, whole.subarray(0, at))
      await sendPart(url, whole.subarray(0, -1))
      await pause(500)
      const events = await count(stage.pool, 'inbox_events')

      const [p99Alone, p99Beside] = [percentile(alone, 0.99), percentile(beside, 0.99)]
      return {
        rows: [
          ['slow clients at once', `${SLOW}: half in the headers, half in the body of a signed webhook`],
          [
            'healthy requests',
            `${alone.length} alone and ${beside.length} beside them, by turns: webhooks and /donate`,
          ],
          [
            'p50 alone, beside',
            `${percentile(alone, 0.5).toFixed(1)} ms, ${percentile(beside, 0.5).toFixed(1)} ms`,
          ],
          [
            'p99 alone, beside',
            `${p99Alone.toFixed(1)} ms, ${p99Beside.toFixed(1)} ms; at most twice as long`,
          ],
          ['slow connections that the service cut', String(dropped)],
          ['webhooks cut off at 41 places', `${events - stored} stored`],
        ],
        problems: problemsOf(
          [dropped >= SLOW, `only ${dropped} slow connections were cut`],
          [failures === 0, `${failures} healthy requests failed`],
          [
            p99Beside <= 2 * p99Alone,
            `the p99 rose from ${p99Alone.toFixed(1)} to ${p99Beside.toFixed(1)} ms`,
          ],
          [events === stored, `${events - stored} events were stored that were never sent whole`],
        ),
      }
    } finally {
      await stage.close()
    }
  },
}

function requestOf({ payload, header }: Webhook): Buffer {
  return Buffer.from(
    `POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `Stripe-Signature: ${header}\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`,
  )
}

/** Connections that send a byte a second; one that is cut comes again. @returns ends them and says how many were cut */
async function slowCrowd(url: string, webhook: Webhook): Promise<{ leave(): number }> {
  const whole = requestOf(webhook)
  const bodyAt = whole.indexOf('\r\n\r\n') + 4
  let isOver = false
  let cuts = 0
  const sockets = new Set<Socket>()
  const open = (n: number): Promise<void> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    sockets.add(socket)
    let at = n % 2 === 0 ? 20 : bodyAt
    const drip = setInterval(() => {
      // Never the last byte.
      if (at < whole.length - 1) socket.write(whole.subarray(at, (at += 1)))
    }, BYTE_EVERY_MS)
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    socket.on('close', () => {
      clearInterval(drip)
      sockets.delete(socket)
      if (isOver) return
      cuts += 1
      void open(n)
    })
    return new Promise((resolve) => {
      socket.once('connect', () => socket.write(whole.subarray(0, at), () => resolve()))
      socket.once('close', () => resolve())
    })
  }
  await Promise.all(Array.from({ length: SLOW }, (_, n) => open(n)))
  return {
    leave() {
      isOver = true
      for (const socket of sockets) socket.destroy()
      return cuts
    },
  }
}

function sendPart(url: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
    socket.on('connect', () => socket.end(bytes))
    socket.on('data', () => undefined)
  })
}
