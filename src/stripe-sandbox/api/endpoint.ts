import type { Transaction } from '../state/transaction.ts'

/** A call as an endpoint sees it: the id in its path and the parameters of body or query. */
export type Call = { readonly id: string; readonly params: Record<string, unknown> }

/** One route of the API. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With at most one parameter, `:id`. */
  readonly path: string
  /**
   * Returns the body of the answer 200. The changes of the transaction are committed with it.
   * @throws StripeRefusal for every other answer. Nothing is changed then.
   */
  run(transaction: Transaction, call: Call): object
}
