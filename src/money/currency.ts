/** A lower-case ISO 4217 code of the currency table, as Stripe writes it: `usd`. */
export type CurrencyCode = string & { readonly __brand: 'CurrencyCode' }

/** A row of the currency table. All amounts are in Stripe's minor units. */
type CurrencyInfo = {
  readonly code: CurrencyCode
  /** The decimals of Stripe's amounts: 2 for ISK and UGX too, although neither has coins for them. */
  readonly minorDigits: 0 | 2 | 3
  /** Stripe accepts only multiples of this amount. */
  readonly step: bigint
  /** Stripe's smallest charge; about half a US dollar where Stripe publishes none. */
  readonly minimumMinor: bigint
  /** About one US dollar: for estimates of limits, never for accounting. */
  readonly aboutOneDollarMinor: bigint
  /** Stripe's largest charge: a technical limit, far above any small donation. */
  readonly maximumMinor: bigint
  /** The largest donation unless the newsroom sets another one: about 10,000 US dollars, to catch typing errors. */
  readonly donationMaximumMinor: bigint
}

// Codes of docs.stripe.com/currencies, each with *about* one US dollar in minor units (rounded rates of 2025). No
// accounting uses these rates: they only give limits where Stripe publishes none, because Stripe refuses a charge that is
// worth less than its minimum in the settlement currency.
const TWO_DECIMALS = `usd 100 aed 370 afn 7000 all 8500 amd 40000 aoa 90000 ars 140000 aud 150 awg 180 azn 170 bam 170
  bbd 200 bdt 12000 bmd 100 bnd 130 bob 700 brl 550 bsd 100 bwp 1400 byn 330 bzd 200 cad 140 cdf 250000 chf 80 cny 700
  cop 400000 crc 50000 cve 10000 czk 2100 dkk 650 dop 6000 dzd 13000 egp 5000 etb 15000 eur 90 fjd 230 fkp 80 gbp 80 gel 270
  gip 80 gmd 7000 gtq 770 gyd 21000 hkd 800 hnl 2600 htg 13000 huf 35000 idr 1600000 ils 350 inr 9000 isk 12500 jmd 16000
  kes 13000 kgs 8700 khr 400000 kyd 80 kzt 52000 lak 2200000 lbp 9000000 lkr 30000 lrd 18000 lsl 1800 mad 900 mdl 1700 mkd 5300
  mmk 210000 mnt 360000 mop 800 mur 4600 mvr 1540 mwk 175000 mxn 1850 myr 420 mzn 6400 nad 1800 ngn 150000 nio 3700 nok 1000
  npr 14000 nzd 170 pab 100 pen 350 pgk 420 php 5800 pkr 28000 pln 370 qar 364 ron 440 rsd 10000 rub 8000 sar 375 sbd 830
  scr 1450 sek 950 sgd 130 shp 80 sle 2300 sos 57000 srd 3900 svc 875 szl 1800 thb 3300 tjs 950 top 240 try 4200 ttd 680
  twd 3100 tzs 250000 uah 4200 ugx 360000 uyu 4000 uzs 1250000 wst 280 xcd 270 xcg 180 yer 24000 zar 1750 zmw 2400`
const ZERO_DECIMALS = `bif 3000 clp 950 djf 180 gnf 8700 jpy 150 kmf 430 krw 1400 mga 4500 pyg 7500 rwf 1450 vnd 26000 vuv 120
  xaf 570 xof 570 xpf 105`
const THREE_DECIMALS = `bhd 380 jod 710 kwd 310 omr 390 tnd 2900`
// Withdrawn codes and those in which Stripe only settles: old and foreign rows of Stripe's lists have them, and no new
// gift is offered in them. All have two decimals.
const NOT_OFFERED = `ang 180 bgn 170 eek 1400 ghs 1100 hrk 690 ltl 310 lvl 64 mro 39700 mru 3970 sll 2300000 std 2100000 stn 2200
  vef 1000000 zmk 500000`

/** The smallest charges that Stripe publishes, in minor units (docs.stripe.com/currencies). */
const SMALLEST_CHARGES = new Map<string, bigint>([
  ...'usd eur aud cad chf brl inr jpy krw nzd sgd zar'.split(' ').map((code) => [code, 50n] as const),
  ['gbp', 30n],
  ['bgn', 100n],
  ...'aed myr pln ron'.split(' ').map((code) => [code, 200n] as const),
  ['dkk', 250n],
  ['nok', 300n],
  ['sek', 300n],
  ['hkd', 400n],
  ['mxn', 1000n],
  ['thb', 1000n],
  ['czk', 1500n],
  ['huf', 17500n],
])

/** Stripe accepts eight digits in every currency, twelve in rupiah (docs.stripe.com/currencies, maximum charge amounts). */
const LARGEST_CHARGE = 99_999_999n
const LARGEST_CHARGE_IDR = 999_999_999_999n

function stepOf(code: string, minorDigits: number): bigint {
  if (code === 'isk' || code === 'ugx') return 100n // Stripe's amounts are in hundredths, but it charges whole units only
  return minorDigits === 3 ? 10n : 1n // card networks have two decimals only, so the third must be 0
}

function roundUp(minor: bigint, step: bigint): bigint {
  return ((minor + step - 1n) / step) * step
}

function parseRows(text: string, minorDigits: 0 | 2 | 3): CurrencyInfo[] {
  return [...text.matchAll(/([a-z]{3}) (\d+)/g)].map(([, code = '', dollar = '']) => {
    const step = stepOf(code, minorDigits)
    const largest = code === 'idr' ? LARGEST_CHARGE_IDR : LARGEST_CHARGE
    const maximumMinor = largest - (largest % step)
    const tenThousandDollars = roundUp(BigInt(dollar) * 10_000n, step)
    return {
      code: code as CurrencyCode, // the brand promises that the code is in this table; this line adds it
      minorDigits,
      step,
      minimumMinor: SMALLEST_CHARGES.get(code) ?? roundUp(BigInt(dollar) / 2n, step),
      aboutOneDollarMinor: BigInt(dollar),
      maximumMinor,
      donationMaximumMinor: tenThousandDollars < maximumMinor ? tenThousandDollars : maximumMinor,
    }
  })
}

const offered = [
  ...parseRows(TWO_DECIMALS, 2),
  ...parseRows(ZERO_DECIMALS, 0),
  ...parseRows(THREE_DECIMALS, 3),
]
const table = new Map<string, CurrencyInfo>(
  [...offered, ...parseRows(NOT_OFFERED, 2)].map((row) => [row.code, row]),
)

/** Every currency that Stripe can charge, in alphabetical order. */
export const allCurrencies: readonly CurrencyCode[] = offered.map(({ code }) => code).toSorted()

const offeredCodes: ReadonlySet<CurrencyCode> = new Set(allCurrencies)

/** `USD`, `usd` or ` Usd ` → `usd`; null for a currency that Stripe never had. Old rows may have one that is not offered. */
export function parseCurrency(text: string): CurrencyCode | null {
  return table.get(text.trim().toLowerCase())?.code ?? null
}

/** Like `parseCurrency`, for a new gift: null for a currency that Stripe cannot charge any more. */
export function parseOfferedCurrency(text: string): CurrencyCode | null {
  const code = parseCurrency(text)
  return code !== null && offeredCodes.has(code) ? code : null
}

/** The table's row of a currency. @throws RangeError when the code comes from a cast instead of `parseCurrency` */
export function currencyInfo(code: CurrencyCode): CurrencyInfo {
  const info = table.get(code)
  if (info === undefined) throw new RangeError(`${code} is not in the currency table`)
  return info
}
