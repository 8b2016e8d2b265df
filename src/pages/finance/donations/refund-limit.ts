import { mayActAs, type Role } from '../../../access/role.ts'
import { money, type Money } from '../../../money/money.ts'
import type { CurrencyCode } from '../../../money/currency.ts'

/** What the role finance may refund of one donation, by currency, in minor units. Empty: no limit. */
export type RefundLimits = ReadonlyMap<CurrencyCode, bigint>

/** @returns null where there is no limit; a currency without one of its own needs an admin as soon as others have one */
export function limitFor(limits: RefundLimits, role: Role, currency: CurrencyCode): Money | null {
  if (limits.size === 0 || mayActAs(role, 'admin')) return null
  return money(limits.get(currency) ?? 0n, currency)
}
