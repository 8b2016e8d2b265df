import { Stripe } from 'stripe'
import type { Act, GiftKey, Wish } from './acts.ts'
import type { House } from './house.ts'

/** Does what the script says, in its time, and remembers under which of Stripe's ids. */
export type Performer = {
  perform(act: Act): Promise<void>
  /** Stripe's id of the payment that a gift was given by. */
  paymentOf(gift: GiftKey): string
  subscriptionOf(reader: number): string
  /** Of a movement that no reader caused. */
  transactionOf(injected: string): string
}

export function performer({ box, stripe, post, webhookUrl }: House): Performer {
  const sessions = new Map<number, string>()
  const refunds = new Map<string, string>()
  const disputes = new Map<string, string>()
  const injected = new Map<string, string>()
  const idIn = <Key>(map: ReadonlyMap<Key, string>, key: Key): string => {
    const id = map.get(key)
    if (id === undefined) throw new Error(`${String(key)} is not there yet`)
    return id
  }

  const subscriptionOf = (reader: number): string =>
    String(box.state().session.get(idIn(sessions, reader))?.object.subscription)
  const paymentOf = (gift: GiftKey): string => {
    const [reader, collection] = gift.split('/')
    const { session, invoice, invoice_payment: payments } = box.state()
    if (collection === undefined)
      return String(session.get(idIn(sessions, Number(reader)))?.object.payment_intent)
    const subscription = subscriptionOf(Number(reader))
    const [id] = [...invoice.values()]
      .filter(({ parent }) => parent?.subscription_details?.subscription === subscription)
      .slice(Number(collection))
      .map((one) => one.id)
    const payment = [...payments.values()].find((one) => one.invoice === id)
    return String(payment?.payment.payment_intent)
  }
  const chargeOf = (gift: GiftKey): string =>
    String(box.state().payment_intent.get(paymentOf(gift))?.latest_charge)

  const open = async (reader: number, wish: Wish, clicks: 1 | 2): Promise<void> => {
    const ids = new Set<string>()
    for (let click = 0; click < clicks; click += 1) {
      const answer = await post('/checkout-sessions', wish, { 'Idempotency-Key': `reader-${reader}` })
      if (answer.status !== 201) throw new Error(`a checkout was answered ${answer.status}`)
      const { id } = (await answer.json()) as { id: string } // the contract's answer
      ids.add(id)
      sessions.set(reader, id)
    }
    if (ids.size > 1) throw new Error('a button pressed twice opened two payments')
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
  }
  const refund = async ({ gift, refund: key, amount, by }: Act & { kind: 'refund' }): Promise<void> => {
    const charge = chargeOf(gift)
    if (by === 'api') return void refunds.set(key, (await stripe.refunds.create({ charge, amount })).id)
    const outcome = by === 'dashboard' ? 'as usual' : 'fails after success'
    refunds.set(key, await box.refund(charge, { amount, outcome }))
  }
  const refundTooMuch = async (gift: GiftKey, amount: number): Promise<void> => {
    const refused = await stripe.refunds
      .create({ charge: chargeOf(gift), amount })
      .catch((error: unknown) => error)
    if (!(refused instanceof Stripe.errors.StripeInvalidRequestError))
      throw new Error('Stripe gave back more than it was given')
  }
  /** The newest payout that has not failed yet, if there is one. */
  const payoutFails = async (): Promise<void> => {
    const payout = [...box.state().payout.values()].findLast(({ status }) =>
      /^(paid|in_transit)$/.test(status),
    )
    if (payout) await box.failPayout(payout.id)
  }
  const payoutByHand = async (): Promise<void> => {
    const { available } = await stripe.balance.retrieve()
    const full = available.find(({ amount }) => amount >= 200)
    if (full) await stripe.payouts.create({ amount: Math.floor(full.amount / 2), currency: full.currency })
  }

  const perform = async (act: Act): Promise<void> => {
    switch (act.kind) {
      case 'open':
        return open(act.reader, act.wish, act.clicks)
      case 'open_elsewhere':
        return openElsewhere(act.reader, act.wish)
      case 'pay': {
        const donor = { name: `Reader ${act.reader}`, email: `reader-${act.reader}@reader.example` }
        return box.pay(idIn(sessions, act.reader), act.how, donor)
      }
      case 'bank_speaks':
        return box.settleBankDebit(idIn(sessions, act.reader), act.outcome)
      case 'refund':
        return refund(act)
      case 'refund_too_much':
        return refundTooMuch(act.gift, act.amount)
      case 'refund_fails':
        return box.settleRefund(idIn(refunds, act.refund), 'failed')
      case 'dispute':
        return void disputes.set(
          act.dispute,
          await box.dispute(chargeOf(act.gift), { amount: act.amount, kind: act.as }),
        )
      case 'answer_dispute':
        return box.submitEvidence(idIn(disputes, act.dispute))
      case 'escalate_inquiry':
        return box.escalateInquiry(idIn(disputes, act.dispute))
      case 'end_dispute':
        return box.closeDispute(idIn(disputes, act.dispute), act.how)
      case 'warning':
        return void (await box.createEarlyFraudWarning(chargeOf(act.gift)))
      case 'debit_comes_back':
        return box.returnBankDebit(chargeOf(act.gift))
      case 'decline_renewals':
        return box.declineRenewals(subscriptionOf(act.reader), act.times)
      case 'cancel_agreement': {
        const id = subscriptionOf(act.reader)
        if (act.by === 'dashboard') return box.cancelSubscription(id, act.when)
        if (act.when === 'now') return void (await stripe.subscriptions.cancel(id))
        return void (await stripe.subscriptions.update(id, { cancel_at_period_end: true }))
      }
      case 'change_agreement':
        return box.changeSubscription(subscriptionOf(act.reader), { amount: act.amount })
      case 'rate':
        return box.setExchangeRate(act.currency, act.usd)
      case 'inject': {
        const { kind: _act, key, ...its } = act
        return void injected.set(key, await box.injectBalanceTransaction(its))
      }
      case 'payout_fails':
        return payoutFails()
      case 'payout_by_hand':
        return payoutByHand()
      case 'webhooks_fail':
        return box.setWebhookUrl('http://127.0.0.1:9/nobody-listens')
      case 'webhooks_work':
        return box.setWebhookUrl(webhookUrl)
    }
  }
  return { perform, paymentOf, subscriptionOf, transactionOf: (key) => idIn(injected, key) }
}
