import { Router } from '@koa/router'
import type { Context as KoaContext } from 'koa'
import { z } from 'zod'
import { readForm, seeOther, sendPage } from '../pages/page-http.ts'
import type { Runtime } from '../runtime.ts'
import type { SessionRecord } from '../state/state.ts'
import { intentIdOf } from './checkout-session.ts'
import type { CheckoutSimulator } from './checkout-simulator.ts'
import { closedPage, payPage, returnUrl, unknownPage } from './checkout-view.ts'
import type { Entry, Problem } from './checkout-view.ts'

/** `eur 945`: a currency and its minor units; empty: nothing. */
const presentedText = z
  .string()
  .trim()
  .regex(/^([a-z]{3} [1-9]\d{0,8})?$/)
  .transform((text) => {
    const [currency = '', amount] = text.split(' ')
    return amount === undefined ? undefined : { currency, amount: Number(amount) }
  })

const formSchema = z.object({
  how: z.enum(['card', 'declined', 'bank_debit']),
  settles: z.enum(['succeeded', 'failed']).default('succeeded'),
  attempt: z.coerce.number().int(),
  name: z.string().trim().max(200),
  email: z.string().trim().max(200),
  presented: presentedText.optional(),
})
const emailSchema = z.email()

/** The checkout page, which the reader sees between two pages of the newsroom. */
export function checkoutRoutes(deps: {
  readonly runtime: Runtime
  readonly simulator: CheckoutSimulator
}): Router {
  const { runtime, simulator } = deps
  const router = new Router()
  router.get('/c/pay/:id', async (ctx) => {
    const record = simulator.session(String(ctx.params['id']))
    if (record === null) return sendPage(ctx, 404, unknownPage())
    if (record.object.status !== 'open') return sendPage(ctx, 200, closedPage(record))
    return sendPage(ctx, 200, payPage(record, prefilledEntry(record), declineMessage(record, runtime)))
  })
  router.post('/c/pay/:id', async (ctx) => {
    const form = formSchema.safeParse(await readForm(ctx))
    const record = simulator.session(String(ctx.params['id']))
    if (record === null) return sendPage(ctx, 404, unknownPage())
    const { id, status } = record.object
    // The second post of a double click finds the session complete and leads to the same page as the first.
    if (status === 'complete') return redirectToNewsroom(ctx, record)
    if (status !== 'open') return sendPage(ctx, 410, closedPage(record))
    if (!form.success || form.data.attempt !== record.attempts) return seeOther(ctx, `/c/pay/${id}`)
    const { how, settles, name, email, presented } = form.data
    const problems = problemsOf(name, email)
    if (problems.length > 0) return sendPage(ctx, 422, payPage(record, { name, email, problems }, null))
    simulator.pay(id, how, { name, email, ...(presented ? { presented } : {}) }, settles)
    return how === 'declined' ? seeOther(ctx, `/c/pay/${id}`) : redirectToNewsroom(ctx, record)
  })
  return router
}

function redirectToNewsroom(ctx: KoaContext, { object }: SessionRecord): void {
  seeOther(ctx, returnUrl(object.success_url ?? '/', object.id))
}

function prefilledEntry({ donor, object }: SessionRecord): Entry {
  return { name: donor?.name ?? '', email: donor?.email ?? object.customer_email ?? '', problems: [] }
}

function declineMessage(record: SessionRecord, { state }: Runtime): string | null {
  const intentId = intentIdOf(record)
  if (intentId === null) return null
  return state.payment_intent.get(intentId)?.last_payment_error?.message ?? null
}

function problemsOf(name: string, email: string): Problem[] {
  const problems: Problem[] = []
  if (name === '') problems.push({ field: 'name', message: 'Please enter your name.' })
  if (!emailSchema.safeParse(email).success) {
    problems.push({ field: 'email', message: 'Please enter an email address such as name@example.org.' })
  }
  return problems
}
