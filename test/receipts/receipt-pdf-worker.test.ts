import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startPdfRenderer, type PdfRendererOptions } from '../../src/receipts/receipt-pdf-worker.ts'
import { receiptPdf } from '../../src/receipts/receipt-pdf.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { aReceipt } from './receipt-sample.ts'

/** Receipts are drawn in a thread of their own. */

let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'receipt-thread-'))))
afterAll(() => rm(folder, { recursive: true }))

function renderer(options: PdfRendererOptions = {}) {
  const started = startPdfRenderer(options)
  onTestFinished(() => started.stop())
  return started
}

/** A renderer whose thread runs this program instead of drawing. `order.receipt` is the receipt. */
async function scripted(program: string, options: PdfRendererOptions = {}) {
  const file = path.join(folder, `${Math.random()}.mjs`)
  const head = `import { parentPort, threadId } from 'node:worker_threads'
    const answer = (text) => parentPort.postMessage({ pdf: new TextEncoder().encode(text) })`
  await writeFile(file, `${head}\nparentPort.on('message', async (order) => { ${program} })`)
  return renderer({ ...options, program: pathToFileURL(file) })
}

const numbered = (n: number) => aReceipt({ number: receiptNumber(2026, BigInt(n)) })

test('draws the same bytes as in the thread of the service', async () => {
  const pdf = await renderer().render(aReceipt({ donorName: 'Łukasz Žižek' }))
  expect(pdf.equals(await receiptPdf(aReceipt({ donorName: 'Łukasz Žižek' }), textFor('en')))).toBe(true)
})

test('draws every receipt in one other thread, without the service’s environment', async () => {
  const { render } = await scripted('answer(`${threadId} ${Object.keys(process.env).length}`)')
  const answers = await Promise.all([1, 2, 3].map((n) => render(numbered(n))))
  const [first = ''] = answers.map(String)
  expect(first).toMatch(/^[1-9]\d* 0$/) // the first thread of a process has the number 0
  expect(answers.map(String)).toEqual([first, first, first])
})

test('draws one after another, and refuses a receipt for which there is no room to wait', async () => {
  const { render } = await scripted('setTimeout(() => answer(order.receipt.number), 50)', {
    waitingAtMost: 2,
  })
  const orders = [1, 2, 3, 4].map((n) => render(numbered(n)).then(String, (error: unknown) => error))
  const [one, two, three, refused] = await Promise.all(orders)
  expect([one, two, three]).toEqual(['2026-000001', '2026-000002', '2026-000003'])
  expect(refused).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 5 })
})

test('refuses a receipt whose thread dies, and draws the next one in a new thread', async () => {
  const { render } = await scripted('order.receipt.number.endsWith("1") ? process.exit(1) : answer("drawn")')
  const [died, drawn] = await Promise.all([
    render(numbered(1)).catch((error: unknown) => error),
    render(numbered(2)),
  ])
  expect(died).toMatchObject({ kind: 'unavailable' })
  expect(String(drawn)).toBe('drawn')
})

test('gives a receipt up that takes too long, and draws the next one', async () => {
  const { render } = await scripted('while (order.receipt.number.endsWith("1")); answer("drawn")', {
    deadlineMs: 1_000,
  })
  const [late, drawn] = await Promise.all([
    render(numbered(1)).catch((error: unknown) => error),
    render(numbered(2)),
  ])
  expect(late).toMatchObject({ kind: 'unavailable' })
  expect(String(drawn)).toBe('drawn')
})

test('passes on that a receipt could not be drawn, without its text', async () => {
  const { render } = await scripted('parentPort.postMessage({ failed: "RangeError" })')
  await expect(render(numbered(1))).rejects.toThrow('The receipt could not be drawn: RangeError')
})

test('stops at once, also while a receipt is drawn, and refuses those that wait', async () => {
  const { render, stop } = await scripted('for (;;);')
  const orders = [1, 2].map((n) => render(numbered(n)).catch((error: unknown) => error))
  await stop()
  for (const refused of await Promise.all(orders)) expect(refused).toMatchObject({ kind: 'unavailable' })
  await expect(render(numbered(3))).rejects.toMatchObject({ kind: 'unavailable' })
})
