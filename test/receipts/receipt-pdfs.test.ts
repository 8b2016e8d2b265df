import type { PrintedOn } from '../../src/pdf/paper.ts'
import { beforeEach, expect } from 'vitest'
import { financeTest } from '../kit/fixtures.ts'
import { giveDonation, giveReceipt, type GivenDonation } from '../kit/factories.ts'
import { selectAll } from '../kit/processing.ts'
import { readerTexts } from '../../src/text/text.ts'
import { receiptPdfs } from '../../src/receipts/receipt-pdfs.ts'
import { receiptByToken } from '../../src/receipts/receipt-store.ts'
import type { Receipt } from '../../src/receipts/receipt.ts'

/** A receipt's PDF is made once, kept in the database, and made again only when it shows something else. */

let drawn: Receipt[]
let beforeAnswer: () => Promise<void>
beforeEach(() => {
  drawn = []
  beforeAnswer = () => Promise.resolve()
})

const test = financeTest
  .extend('given', async ({ db }) => {
    const donation = await giveDonation(db.database.knex)
    const { token } = await giveReceipt(db.database.knex, donation)
    return { donation, token }
  })
  // What a web process has: its own memory, and the database that it shares with the others.
  .extend('webProcess', ({ db, given }) => (printedOn: PrintedOn = { paper: 'a4', logo: null }) => {
    const pdfOf = receiptPdfs({
      db: db.database.pool,
      textFor: readerTexts({ offered: ['en', 'de'], fallback: 'en' }),
      printedOn,
      proofOf: () => ({ code: '0000', url: 'https://x.example', pageUrl: 'https://x.example' }),
      async render(receipt) {
        drawn.push(receipt)
        await beforeAnswer()
        return Buffer.from(`%PDF- for ${receipt.donorName} ${receipt.voidedAt === null ? '' : 'void'}`)
      },
    })
    return async () => {
      const receipt = await receiptByToken(db.database.knex, given.token)
      if (!receipt) throw new Error('no receipt')
      return String(await pdfOf(receipt))
    }
  })
  .extend('kept', ({ pool, given }) => async () => {
    const rows = await selectAll(
      pool,
      `select convert_from(pdf, 'UTF8') as pdf from receipt_pdfs join receipts using (year, number)
       where token = '${given.token}'`,
    )
    return rows.map(({ pdf }) => pdf)
  })

test('is made once for forty requests at once, and found by another process', async ({ webProcess }) => {
  const pdf = webProcess()
  const all = await Promise.all(Array.from({ length: 40 }, pdf))
  expect([new Set(all).size, drawn.length]).toEqual([1, 1])
  expect(await webProcess()()).toBe(all[0])
  expect(drawn).toHaveLength(1)
})

test('is made again for a newsroom that now prints on other paper, or with another logo', async ({
  webProcess,
}) => {
  const logo = Buffer.from('a picture')
  await webProcess({ paper: 'a4', logo: null })()
  await webProcess({ paper: 'letter', logo: null })()
  await webProcess({ paper: 'letter', logo })()
  await webProcess({ paper: 'letter', logo })()
  expect(drawn).toHaveLength(3)
})

test('is made again once the receipt is void', async ({ pool, given, webProcess, kept }) => {
  const pdf = webProcess()
  await pdf()
  await pool.query(
    `insert into receipt_voidings (year, number, voided_at, reason)
     select year, number, now(), 'refunded' from receipts where token = $1`,
    [given.token],
  )
  expect(await pdf()).toContain('void')
  expect([drawn.length, (await kept()).length]).toEqual([2, 1])
})

const erase = ({ id }: GivenDonation) =>
  `update donations set donor_name = null, donor_email = null where id = '${id}'`

test('goes with the donor’s name, and is made again without it', async ({
  pool,
  given,
  webProcess,
  kept,
}) => {
  const pdf = webProcess()
  expect(await pdf()).toContain('Ann Giver')
  await pool.query(erase(given.donation))
  expect(await kept()).toEqual([])
  expect(await pdf()).not.toContain('Ann Giver')
  expect(await kept()).toEqual(['%PDF- for null '])
})

test('is not kept when the donor is erased while it is being made', async ({
  pool,
  given,
  webProcess,
  kept,
}) => {
  beforeAnswer = async () => void (await pool.query(erase(given.donation)))
  await webProcess()()
  expect(await kept()).toEqual([])
})

test('is tried again after it could not be made', async ({ webProcess }) => {
  const pdf = webProcess()
  beforeAnswer = () => Promise.reject(new Error('no room'))
  await expect(pdf()).rejects.toThrow('no room')
  beforeAnswer = () => Promise.resolve()
  expect(await pdf()).toContain('Ann Giver')
})

test('leaves the PDFs of other gifts where they are', async ({ db, pool, given, webProcess, kept }) => {
  await webProcess()()
  const other = await giveDonation(db.database.knex)
  await pool.query(erase(other))
  await pool.query(`update donations set donor_email = 'new@reader.example' where id = $1`, [
    given.donation.id,
  ])
  expect(await kept()).toHaveLength(1)
})
