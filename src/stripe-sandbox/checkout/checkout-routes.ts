import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { closedPage, payPage, returnUrl, unknownPage } from './checkout-page-view.ts'
import type { Entry, Problem } from './checkout-page-view.ts'
import { readForm, sendPage } from '../page-exit.ts'
import type { PayingDesk } from './paying-desk.ts'
import type { Stage } from '../stage.ts'
import type { SessionRecord } from '../state.ts'

const formSchema = z.object({
  how: z.enum(['card', 'declined', 'bank_debit']),
  settles: z.enum(['succeeded', 'failed']).default('succeeded'),
  attempt: z.coerce.number().int(),
  name: z.string().trim().max(200),
  email: z.string().trim().max(200),
})
const emailSchema = z.email()

/** The hosted page: what the reader sees between the newsroom's two pages. */
export function checkoutRoutes({ stage, desk }: { stage: Stage; desk: PayingDesk }): Router {
  const router = new Router()
  router.get('/c/pay/:id', async (ctx) => {
    const record = desk.session(String(ctx.params['id']))
    if (record === null) return sendPage(ctx, 404, unknownPage())
    if (record.object.status !== 'open') return sendPage(ctx, 200, closedPage(record))
    return sendPage(ctx, 200, payPage(record, knownDonor(record), whyDeclined(record, stage)))
  })
  router.post('/c/pay/:id', async (ctx) => {
    const form = formSchema.safeParse(await readForm(ctx))
    const record = desk.session(String(ctx.params['id']))
    if (record === null) return sendPage(ctx, 404, unknownPage())
    const { id, status } = record.object
    // The second post of a double click finds the work done and follows the first to where it leads.
    if (status === 'complete') return onward(ctx, record)
    if (status !== 'open') return sendPage(ctx, 410, closedPage(record))
    if (!form.success || form.data.attempt !== record.attempts) return seeOther(ctx, `/c/pay/${id}`)
    const { how, settles, name, email } = form.data
    const problems = problemsOf(name, email)
    if (problems.length > 0) return sendPage(ctx, 422, payPage(record, { name, email, problems }, null))
    desk.pay(id, how, { name, email }, settles)
    return how === 'declined' ? seeOther(ctx, `/c/pay/${id}`) : onward(ctx, record)
  })
  return router
}

function onward(ctx: Context, { object }: SessionRecord): void {
  seeOther(ctx, returnUrl(object.success_url ?? '/', object.id))
}

function seeOther(ctx: Context, url: string): void {
  ctx.redirect(url)
  ctx.status = 303 // a reload must not post again
}

function knownDonor({ donor, object }: SessionRecord): Entry {
  return { name: donor?.name ?? '', email: donor?.email ?? object.customer_email ?? '', problems: [] }
}

function whyDeclined({ object, triedIntent }: SessionRecord, stage: Stage): string | null {
  const intent = object.payment_intent ?? triedIntent
  if (typeof intent !== 'string') return null
  return stage.state.payment_intent.get(intent)?.last_payment_error?.message ?? null
}

function problemsOf(name: string, email: string): Problem[] {
  const problems: Problem[] = []
  if (name === '') problems.push({ field: 'name', message: 'Please enter your name.' })
  if (!emailSchema.safeParse(email).success) {
    problems.push({ field: 'email', message: 'Please enter an email address such as name@example.org.' })
  }
  return problems
}
