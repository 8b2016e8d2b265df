import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { actorName, actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit-trail-store.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { inTransaction } from '../../../db/database.ts'
import { addNote, withdrawNote } from '../../../donations/note-store.ts'
import { formBody } from '../../../http/body.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { correctReceipt, sendReceiptAgain, type Correction } from '../../../mail/correct-receipt.ts'
import { isUsableAddress } from '../../../mail/mail.ts'
import { text } from '../frame/finance-requests.ts'
import type { TypedReceipt } from './desk-view.ts'
import { showDonation, type ShowDeps } from './show-donation.ts'

const noteText = z.string().trim().min(1).max(2_000)
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

  return new Router()
    .post(`${path}/notes`, ...gate, async (ctx) => {
      const donationId = idIn(ctx)
      const typed = (await formBody(ctx)).get('text') ?? ''
      const note = noteText.safeParse(typed)
      if (!note.success) {
        ctx.status = 400
        const problem = text.finance('note.problem')
        return showDonation(deps, ctx, donationId, { typedNote: { text: typed.slice(0, 4_000), problem } })
      }
      const [at, actor] = [clock(), actorOf(ctx)]
      const isAdded = await inTransaction(pool, async (tx) => {
        const added = await addNote(tx, { donationId, text: note.data, by: actorName(actor), at })
        if (added) await recordAct(tx, { actor, act: 'note_added', subject: `donation/${donationId}`, at })
        return added
      })
      if (!isAdded) throw new Refusal('not_found', text.finance('donation.notFound'))
      return done(ctx, donationId, 'note_added')
    })
    .post(`${path}/notes/:note/withdraw`, ...gate, async (ctx) => {
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
    .post(`${path}/receipt`, ...gate, async (ctx) => {
      const donationId = idIn(ctx)
      const fields = Object.fromEntries(await formBody(ctx))
      const form = receiptForm.safeParse(fields)
      if (!form.success) {
        const problem = text.finance('receiptDesk.problem')
        return showReceiptForm(deps, ctx, donationId, 400, typedIn(fields), problem)
      }
      const at = clock()
      const result = await correctReceipt(pool, {
        donationId,
        ...form.data,
        by: actorOf(ctx),
        at,
        today: localDate(at, newsroom.timezone),
        receiptToken,
      })
      switch (result.outcome) {
        case 'unknown_donation':
          throw new Refusal('not_found', text.finance('donation.notFound'))
        case 'too_often':
          return showReceiptForm(
            deps,
            ctx,
            donationId,
            409,
            typedIn(fields),
            text.finance('receiptDesk.tooOften'),
          )
        case 'replaced':
          return done(ctx, donationId, 'receipt_replaced')
        default:
          return done(ctx, donationId, result.outcome)
      }
    })
    .post(`${path}/receipt/send`, ...gate, async (ctx) => {
      const donationId = idIn(ctx)
      const result = await sendReceiptAgain(pool, { donationId, by: actorOf(ctx), at: clock() })
      switch (result) {
        case 'queued':
          return done(ctx, donationId, 'mail_queued')
        case 'unknown_donation':
          throw new Refusal('not_found', text.finance('donation.notFound'))
        default: {
          const problem = text.finance(`receiptDesk.${PROBLEM[result]}`)
          return showReceiptForm(deps, ctx, donationId, 409, null, problem)
        }
      }
    })
}

const PROBLEM = { no_address: 'noAddress', no_receipt: 'noReceipt', too_often: 'tooOften' } as const

/** @throws Refusal not_found for what is no id */
function idIn(ctx: { readonly params: Readonly<Record<string, string | undefined>> }): string {
  const id = z.uuid().safeParse(ctx.params['id']).data
  if (id === undefined) throw new Refusal('not_found', text.finance('donation.notFound'))
  return id
}

function done(ctx: Context, donationId: string, what: string): void {
  ctx.status = 303
  ctx.redirect(`/finance/donations/${donationId}?done=${what}`)
}

function showReceiptForm(
  deps: ShowDeps,
  ctx: Context,
  id: string,
  status: number,
  typed: Pick<TypedReceipt, 'name' | 'email'> | null,
  problem: string,
) {
  ctx.status = status
  return showDonation(deps, ctx, id, { typedReceipt: { name: null, email: null, ...typed, problem } })
}

function typedIn(fields: Readonly<Record<string, string>>) {
  return { name: (fields['name'] ?? '').slice(0, 1_000), email: (fields['email'] ?? '').slice(0, 1_000) }
}
