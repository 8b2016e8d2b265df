import { currencyInfo, type CurrencyCode } from '../money/currency.ts'
import { money, type AmountLimits, type Money } from '../money/money.ts'

/** The part of the newsroom's offer from which amounts are suggested. */
type SuggestionSettings = {
  readonly suggested: ReadonlyMap<CurrencyCode, readonly bigint[]>
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
}

const DOLLARS = [3n, 5n, 10n, 25n]
// The largest donation of a currency is worth about this many US dollars, or is Stripe's maximum where that is lower.
const DOLLARS_OF_LARGEST = 10_000n
const ROUND = [10n, 15n, 20n, 25n, 30n, 50n, 70n, 100n]

/** The amounts that a reader can choose from: those the newsroom configured, or else round ones worth about 3, 5, 10 and 25 US dollars. */
export function suggestedAmounts(offer: SuggestionSettings, currency: CurrencyCode): Money[] {
  const limits = offer.limits.get(currency)
  const minors = offer.suggested.get(currency) ?? roundAmounts(currency)
  const within = minors.filter(
    (minor) => !limits || (minor >= limits.minimumMinor && minor <= limits.maximumMinor),
  )
  return [...new Set(within)].toSorted((a, b) => (a < b ? -1 : 1)).map((minor) => money(minor, currency))
}

function roundAmounts(currency: CurrencyCode): bigint[] {
  const { donationMaximumMinor, maximumMinor, minimumMinor, step } = currencyInfo(currency)
  // Where Stripe's maximum applies, a dollar is estimated from the smallest charge, which is worth about half a dollar.
  const isStripesMaximum = donationMaximumMinor === maximumMinor
  const dollarMinor = isStripesMaximum ? minimumMinor * 2n : donationMaximumMinor / DOLLARS_OF_LARGEST
  const amounts = DOLLARS.map((dollars) => nearestRound(dollarMinor * dollars))
  return amounts.filter((minor) => minor > 0n && minor % step === 0n)
}

function nearestRound(minor: bigint): bigint {
  const scale = 10n ** BigInt(Math.max(0, minor.toString().length - 2))
  const distance = (round: bigint) => (round * scale > minor ? round * scale - minor : minor - round * scale)
  return ROUND.reduce((best, round) => (distance(round) < distance(best) ? round : best)) * scale
}
