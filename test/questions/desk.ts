import type { Browser, Locator, Page } from 'playwright-core'
import { mintSignInLink } from '../../src/access/sign-in/sign-in-link-store.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import type { Role } from '../../src/access/role.ts'
import { ledgerFoldRound } from '../../src/ledger/ledger-fold-worker.ts'
import { foldRound } from '../../src/reports/totals/fold-worker.ts'
import { openBrowser } from '../kit/browser.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { WEBHOOK_SECRET } from '../kit/sandbox.ts'
import { signed } from '../kit/stripe-events.ts'
import { roundsOf } from '../rehearsal/play/rounds.ts'
import { rehearse, type Rehearsed } from '../rehearsal/rehearsal.ts'

/** The finance desk of a newsroom whose months were rehearsed, and strangers who sit down at it. */
export type Desk = {
  readonly played: Rehearsed
  /** Independent questions to the tables, for the answers that pages must give. */
  rows<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** Lets Stripe deliver an event by its webhook, and waits until the service has processed it. */
  deliver(event: object): Promise<void>
  /** Somebody who signs in afresh with the role, and stands on the overview. */
  stranger(role: Role): Promise<Stranger>
  close(): Promise<void>
}

/** One person's browser. Every click and every form that is sent is a step. */
export type Stranger = {
  readonly page: Page
  /** Opens a section of the menu. */
  section(name: string): Promise<void>
  /** Follows a link, or presses a button. */
  click(target: Locator): Promise<void>
  link(name: string | RegExp): Promise<void>
  /** Fills fields in, by their labels, and sends their form by its button: one step. */
  send(fields: Readonly<Record<string, string>>, button: string | RegExp): Promise<void>
  /** Searches with the field beside the menu. */
  lookUp(words: string): Promise<void>
  /** What the page says. Text in folded parts is not in it. */
  text(): Promise<string>
  steps(): number
}

const SEED = 7

export async function openDesk(): Promise<Desk> {
  const db = await testDatabase()
  const played = await rehearse({ seed: SEED, donations: 150, months: 4, database: db.database })
  const { service } = played
  const { knex, pool } = service.database
  // The rehearsal's service runs nothing in the background.
  for (const fold of [foldRound(pool, service.clock, 1), ledgerFoldRound(pool, service.clock)])
    while (await fold());
  const rounds = roundsOf(service, SEED)
  const browser = await openBrowser()
  return {
    played,
    async rows<Row extends Record<string, unknown>>(sql: string, values: readonly unknown[] = []) {
      return (await pool.query<Row>(sql, [...values])).rows
    },
    async deliver(event) {
      const timestamp = Math.floor(service.clock().getTime() / 1000)
      const { payload, header } = signed(event, { secret: WEBHOOK_SECRET, timestamp })
      const headers = { 'Content-Type': 'application/json', 'Stripe-Signature': header }
      const answer = await fetch(service.webhookUrl, { method: 'POST', headers, body: payload })
      if (!answer.ok) throw new Error(`The webhook answered ${answer.status}`)
      await rounds.apply()
    },
    async stranger(role) {
      const staff = await putStaff(knex, { email: `${role}@courier.example`, role })
      const { token } = await mintSignInLink(knex, staff.id, service.clock())
      return signedIn(browser, `${service.config.publicUrl}/finance/sign-in/${token}`)
    },
    close: () => closeDesk(db, played, browser),
  }
}

async function closeDesk(db: TestDatabase, played: Rehearsed, browser: Browser): Promise<void> {
  await browser.close()
  await played.service.close()
  await db.drop()
}

async function signedIn(browser: Browser, link: string): Promise<Stranger> {
  // Without scripts, so that the answers are in the pages themselves.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: false,
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/finance')
  let steps = 0
  const click = async (target: Locator): Promise<void> => {
    steps += 1
    await target.click()
  }
  return {
    page,
    click,
    section: (name) => click(page.getByRole('navigation', { name: 'Finance' }).getByRole('link', { name })),
    link: (name) => click(page.getByRole('main').getByRole('link', { name }).first()),
    async lookUp(words) {
      await page.getByLabel('Donor, receipt, amount or Stripe id').fill(words)
      await click(page.getByRole('button', { name: 'Look up' }))
    },
    async send(fields, button) {
      const last = Object.keys(fields).at(-1) ?? ''
      const form = page
        .locator('form')
        .filter({ has: page.getByLabel(last, { exact: true }) })
        .first()
      for (const [label, value] of Object.entries(fields)) {
        const field = form.getByLabel(label, { exact: true })
        const isChoice = (await field.evaluate((element) => element.tagName)) === 'SELECT'
        await (isChoice ? field.selectOption(value) : field.fill(value))
      }
      await click(form.getByRole('button', { name: button }).first())
    },
    text: () => page.getByRole('main').innerText(),
    steps: () => steps,
  }
}
