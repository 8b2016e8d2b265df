import { Stripe } from 'stripe'
import type { Act, GiftKey, Wish } from '../script/acts.ts'
import type { RehearsalService } from './service.ts'

/** Performs the acts of the script and keeps the ids that Stripe gave them. */
export type Performer = {
  perform(act: Act): Promise<void>
  /** Stripe's id of a gift's payment. */
  paymentOf(gift: GiftKey): string
  subscriptionOf(reader: number): string
  /** Stripe's id of an injected balance transaction. */
  transactionOf(injected: string): string
}

export function performer({ sandbox, stripe, post, webhookUrl, ownership }: RehearsalService): Performer {
  const sessions = new Map<number, string>()
  const refunds = new Map<string, string>()
  const disputes = new Map<string, string>()
  const injected = new Map<string, string>()
  const idIn = <Key>(map: ReadonlyMap<Key, string>, key: Key): string => {
    const id = map.get(key)
    if (id === undefined) throw new Error(`Nothing was performed for ${String(key)} yet`)
    return id
  }

  const subscriptionOf = (reader: number): string =>
    String(sandbox.state().session.get(idIn(sessions, reader))?.object.subscription)
  const paymentOf = (gift: GiftKey): string => {
    const [reader, renewal] = gift.split('/')
    const { session, invoice, invoice_payment: payments } = sandbox.state()
    if (renewal === undefined)
      return String(session.get(idIn(sessions, Number(reader)))?.object.payment_intent)
    const subscription = subscriptionOf(Number(reader))
    const [id] = [...invoice.values()]
      .filter(({ parent }) => parent?.subscription_details?.subscription === subscription)
      .slice(Number(renewal))
      .map((renewed) => renewed.id)
    const payment = [...payments.values()].find(({ invoice: paid }) => paid === id)
    return String(payment?.payment.payment_intent)
  }
  const chargeOf = (gift: GiftKey): string =>
    String(sandbox.state().payment_intent.get(paymentOf(gift))?.latest_charge)

  const open = async (reader: number, wish: Wish, clicks: 1 | 2): Promise<void> => {
    const ids = new Set<string>()
    for (let click = 0; click < clicks; click += 1) {
      const answer = await post('/checkout-sessions', wish, { 'Idempotency-Key': `reader-${reader}` })
      if (answer.status !== 201) throw new Error(`POST /checkout-sessions answered ${answer.status}`)
      const { id } = (await answer.json()) as { id: string } // the contract's answer
      ids.add(id)
      sessions.set(reader, id)
    }
    if (ids.size > 1) throw new Error('A button that was pressed twice opened two payments')
  }
  const openElsewhere = async (reader: number, { amount, currency, frequency }: Wish): Promise<void> => {
    const recurring =
      frequency === 'once'
        ? {}
        : { recurring: { interval: frequency === 'yearly' ? 'year' : 'month' } as const }
    const price_data = {
      currency,
      unit_amount: amount,
      product_data: { name: 'Something else' },
      ...recurring,
    }
    const { id } = await stripe.checkout.sessions.create({
      mode: frequency === 'once' ? 'payment' : 'subscription',
      success_url: 'https://shop.example/thanks',
      line_items: [{ quantity: 1, price_data }],
    })
    sessions.set(reader, id)
    // An older donation system made the subscription: the newsroom names its product.
    if (frequency === 'once') return
    const { data } = await stripe.checkout.sessions.listLineItems(id)
    for (const { price } of data) ownership.donationProducts.add(String(price?.product))
  }
  const refund = async ({ gift, refund: key, amount, by }: Act & { kind: 'refund' }): Promise<void> => {
    const charge = chargeOf(gift)
    if (by === 'api') return void refunds.set(key, (await stripe.refunds.create({ charge, amount })).id)
    const outcome = by === 'dashboard' ? 'as usual' : 'fails after success'
    refunds.set(key, await sandbox.refund(charge, { amount, outcome }))
  }
  const refundTooMuch = async (gift: GiftKey, amount: number): Promise<void> => {
    const refusal = await stripe.refunds
      .create({ charge: chargeOf(gift), amount })
      .catch((error: unknown) => error)
    if (!(refusal instanceof Stripe.errors.StripeInvalidRequestError))
      throw new Error('Stripe refunded more than was given')
  }
  /** The newest payout that has not failed yet, if there is one. */
  const failPayout = async (): Promise<void> => {
    const payout = [...sandbox.state().payout.values()].findLast(({ status }) =>
      /^(paid|in_transit)$/.test(status),
    )
    if (payout) await sandbox.failPayout(payout.id)
  }
  const makePayout = async (): Promise<void> => {
    const { available } = await stripe.balance.retrieve()
    const balance = available.find(({ amount }) => amount >= 200)
    if (balance)
      await stripe.payouts.create({ amount: Math.floor(balance.amount / 2), currency: balance.currency })
  }

  const perform = async (act: Act): Promise<void> => {
    switch (act.kind) {
      case 'open':
        return open(act.reader, act.wish, act.clicks)
      case 'open_elsewhere':
        return openElsewhere(act.reader, act.wish)
      case 'pay': {
        const donor = { name: `Reader ${act.reader}`, email: `reader-${act.reader}@reader.example` }
        return sandbox.pay(idIn(sessions, act.reader), act.how, donor)
      }
      case 'bank_answers':
        return sandbox.settleBankDebit(idIn(sessions, act.reader), act.outcome)
      case 'refund':
        return refund(act)
      case 'refund_too_much':
        return refundTooMuch(act.gift, act.amount)
      case 'refund_fails':
        return sandbox.settleRefund(idIn(refunds, act.refund), 'failed')
      case 'dispute':
        return void disputes.set(
          act.dispute,
          await sandbox.dispute(chargeOf(act.gift), { amount: act.amount, kind: act.as }),
        )
      case 'answer_dispute':
        return sandbox.submitEvidence(idIn(disputes, act.dispute))
      case 'escalate_inquiry':
        return sandbox.escalateInquiry(idIn(disputes, act.dispute))
      case 'end_dispute':
        return sandbox.closeDispute(idIn(disputes, act.dispute), act.how)
      case 'warning':
        return void (await sandbox.createEarlyFraudWarning(chargeOf(act.gift)))
      case 'debit_is_returned':
        return sandbox.returnBankDebit(chargeOf(act.gift))
      case 'decline_renewals':
        return sandbox.declineRenewals(subscriptionOf(act.reader), act.times)
      case 'cancel_subscription': {
        const id = subscriptionOf(act.reader)
        if (act.by === 'dashboard') return sandbox.cancelSubscription(id, act.when)
        if (act.when === 'now') return void (await stripe.subscriptions.cancel(id))
        return void (await stripe.subscriptions.update(id, { cancel_at_period_end: true }))
      }
      case 'change_subscription':
        return sandbox.changeSubscription(subscriptionOf(act.reader), { amount: act.amount })
      case 'rate':
        return sandbox.setExchangeRate(act.currency, act.usd)
      case 'inject': {
        const { kind: _kind, key, ...movement } = act
        return void injected.set(key, await sandbox.injectBalanceTransaction(movement))
      }
      case 'payout_fails':
        return failPayout()
      case 'payout_by_hand':
        return makePayout()
      case 'webhooks_fail':
        return sandbox.setWebhookUrl('http://127.0.0.1:9/nobody-listens')
      case 'webhooks_work':
        return sandbox.setWebhookUrl(webhookUrl)
    }
  }
  return { perform, paymentOf, subscriptionOf, transactionOf: (key) => idIn(injected, key) }
}
