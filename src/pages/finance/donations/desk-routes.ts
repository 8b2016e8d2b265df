import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { actorName, actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { inTransaction } from '../../../db/database.ts'
import { addNote, withdrawNote } from '../../../donations/note-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { correctReceipt, sendReceiptAgain, type Correction } from '../../../mail/correct-receipt.ts'
import { isUsableAddress } from '../../../mail/mail.ts'
import { text } from '../frame/finance-requests.ts'
import { readForm, showsAgain } from '../frame/form-requests.ts'
import { showDonation, type ShowDeps } from './show-donation.ts'

const noteForm = z.object({ text: z.string().trim().min(1).max(2_000) })
const ROW_ID = /^[1-9]\d{0,17}$/

const receiptForm = z.object({
  name: z
    .string()
    .trim()
    .max(200)
    // A receipt has one line for a name.
    .refine((name) => !/\p{Cc}/u.test(name))
    .transform((name) => (name === '' ? null : name)),
  email: z
    .string()
    .trim()
    .pipe(z.union([z.literal('').transform(() => null), z.email().max(254).refine(isUsableAddress)])),
})

/** What staff do about a donation besides refunds: notes, and corrections of its receipt. */
export function donationDeskRouter(
  deps: ShowDeps & {
    readonly publicUrl: string
    readonly sessions: StaffSessions
    readonly receiptToken: Correction['receiptToken']
  },
): Router {
  const { pool, clock, newsroom, sessions, receiptToken } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const path = '/finance/donations/:id'
  const page = (ctx: Context) => showDonation(deps, ctx, idIn(ctx))
  const noteAgain = showsAgain({ page, idOf: (field) => `note-${field}`, texts: ['text'] })
  const receiptAgain = showsAgain({
    page,
    idOf: (field) => `receipt-${field}`,
    main: 'email',
    texts: ['name', 'email'],
  })

  return new Router()
    .post(`${path}/notes`, ...gate, noteAgain, async (ctx) => {
      const donationId = idIn(ctx)
      const problem = text.finance('note.problem')
      const note = await readForm(ctx, noteForm, { text: problem, form: problem })
      const [at, actor] = [clock(), actorOf(ctx)]
      const isAdded = await inTransaction(pool, async (tx) => {
        const added = await addNote(tx, { donationId, ...note, by: actorName(actor), at })
        if (added) await recordAct(tx, { actor, act: 'note_added', subject: `donation/${donationId}`, at })
        return added
      })
      if (!isAdded) throw new Refusal('not_found', text.finance('donation.notFound'))
      return done(ctx, donationId, 'note_added')
    })
    .post(`${path}/notes/:note/withdraw`, ...gate, showsAgain({ page }), async (ctx) => {
      const donationId = idIn(ctx)
      const note = ctx.params['note'] ?? ''
      if (!ROW_ID.test(note)) throw new Refusal('not_found', text.finance('note.notFound'))
      const [at, actor] = [clock(), actorOf(ctx)]
      const isWithdrawn = await inTransaction(pool, async (tx) => {
        const withdrawn = await withdrawNote(tx, { id: BigInt(note), donationId, by: actorName(actor), at })
        if (withdrawn)
          await recordAct(tx, {
            actor,
            act: 'note_withdrawn',
            subject: `donation/${donationId}`,
            before: { note },
            at,
          })
        return withdrawn
      })
      if (!isWithdrawn) throw new Refusal('not_found', text.finance('note.notFound'))
      return done(ctx, donationId, 'note_withdrawn')
    })
    .post(`${path}/receipt`, ...gate, receiptAgain, async (ctx) => {
      const donationId = idIn(ctx)
      const form = await readForm(ctx, receiptForm, {
        name: text.finance('receiptDesk.nameProblem'),
        email: text.finance('receiptDesk.emailProblem'),
        form: text.finance('receiptDesk.problem'),
      })
      const at = clock()
      const result = await correctReceipt(pool, {
        donationId,
        ...form,
        by: actorOf(ctx),
        at,
        today: localDate(at, newsroom.timezone),
        receiptToken,
      })
      switch (result.outcome) {
        case 'unknown_donation':
          throw new Refusal('not_found', text.finance('donation.notFound'))
        case 'too_often':
          throw new Refusal('conflict', text.finance('receiptDesk.tooOften'))
        case 'replaced':
          return done(ctx, donationId, 'receipt_replaced')
        default:
          return done(ctx, donationId, result.outcome)
      }
    })
    .post(`${path}/receipt/send`, ...gate, showsAgain({ page }), async (ctx) => {
      const donationId = idIn(ctx)
      const result = await sendReceiptAgain(pool, { donationId, by: actorOf(ctx), at: clock() })
      switch (result) {
        case 'queued':
          return done(ctx, donationId, 'mail_queued')
        case 'unknown_donation':
          throw new Refusal('not_found', text.finance('donation.notFound'))
        default:
          throw new Refusal('conflict', text.finance(`receiptDesk.${PROBLEM[result]}`))
      }
    })
}

const PROBLEM = { no_address: 'noAddress', no_receipt: 'noReceipt', too_often: 'tooOften' } as const

/** @throws Refusal not_found for what is no id */
function idIn(ctx: Context): string {
  const id = z.uuid().safeParse(ctx['params']['id']).data
  if (id === undefined) throw new Refusal('not_found', text.finance('donation.notFound'))
  return id
}

function done(ctx: Context, donationId: string, what: string): void {
  ctx.status = 303
  ctx.redirect(`/finance/donations/${donationId}?done=${what}`)
}
