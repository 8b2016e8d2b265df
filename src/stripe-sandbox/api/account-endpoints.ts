import type { Transaction } from '../state/transaction.ts'
import type { Endpoint } from './endpoint.ts'
import { noSuch } from './errors.ts'

/** The one account. Its id is the same on every machine, because a database belongs to one account for good. */
const ACCOUNT_ID = 'acct_1OfflineStripe00'

const account = {
  id: ACCOUNT_ID,
  object: 'account',
  business_profile: { name: 'Offline newsroom', support_email: null, url: null },
  business_type: null,
  capabilities: { card_payments: 'active', transfers: 'active' },
  charges_enabled: true,
  country: 'US',
  created: 1_577_836_800, // 2020-01-01
  details_submitted: true,
  email: null,
  metadata: {},
  payouts_enabled: true,
  settings: {
    dashboard: { display_name: 'Offline newsroom', timezone: 'Etc/UTC' },
    payments: { statement_descriptor: 'OFFLINE NEWSROOM' },
    payouts: { debit_negative_balances: true, schedule: { delay_days: 2, interval: 'daily' } },
  },
  type: 'standard',
}

function presentAccount({ context: { settings } }: Transaction) {
  return { ...account, default_currency: settings.settlementCurrencies[0] ?? 'usd' }
}

export const accountEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/v1/account', run: presentAccount },
  {
    method: 'GET',
    path: '/v1/accounts/:id',
    run(transaction, { id }) {
      if (id !== ACCOUNT_ID) throw noSuch('account', id)
      return presentAccount(transaction)
    },
  },
]
