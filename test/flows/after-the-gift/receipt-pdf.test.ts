import { afterAll, beforeAll, expect, test } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'

/** Readers ask the whole service for the PDF of a receipt. */

let service: TestService
beforeAll(async () => void (service = await startTestService()))
afterAll(() => service.stop())

test('sends one kept PDF to everybody who asks, and slows an address down that asks for very many', async () => {
  const session = await service.session()
  await service.pay(session)
  await service.thankYou(session, ARRIVED)
  const rows = () => selectAll(service.database.pool, `select octet_length(pdf) as bytes from receipt_pdfs`)
  const [receipt] = await selectAll(service.database.pool, `select token from receipts`)
  const address = `/receipts/${String(receipt?.['token'])}.pdf`

  const answers = await Promise.all(Array.from({ length: 40 }, () => service.get(address)))
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
  const pdfs = await Promise.all(answers.map((answer) => answer.text()))
  expect(pdfs[0]).toMatch(/^%PDF-/)
  expect(new Set(pdfs).size).toBe(1)
  expect(await rows()).toHaveLength(1)

  const more = await Promise.all(Array.from({ length: 40 }, () => service.get(address)))
  const tooMany = more.filter(({ status }) => status === 429)
  expect(tooMany.length).toBeGreaterThanOrEqual(20)
  expect(Number(tooMany[0]?.headers.get('Retry-After'))).toBeGreaterThan(0)
})
