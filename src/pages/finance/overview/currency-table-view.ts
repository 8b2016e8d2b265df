import type { Html } from '../../../html/layout.ts'
import { formatMoney, money } from '../../../money/money.ts'
import type { Overview } from '../../../reports/overview.ts'
import type { Text } from '../../../text/text.ts'
import { table, type Cells } from '../frame/finance-layout-view.ts'

/** One row for each currency, as given and converted, and the sum of all. */
export function currencyTable({ currencies, now }: Overview, text: Text): Html {
  const t = text.finance
  const reporting = now.currency.toUpperCase()
  const converted = (minor: bigint) => formatMoney(money(minor, now.currency), text.language)
  const cells = (name: string, gifts: bigint, own: readonly string[], all: readonly string[]): Cells => [
    name,
    gifts.toLocaleString(text.language),
    ...own,
    ...all,
  ]
  return table(
    t('overview.byCurrency'),
    [
      { label: t('overview.currency') },
      { label: t('overview.gifts'), isNumber: true },
      { label: t('overview.gross'), isNumber: true },
      { label: t('overview.reversed'), isNumber: true },
      { label: t('overview.grossIn', { currency: reporting }), isNumber: true },
      { label: t('overview.feesIn', { currency: reporting }), isNumber: true },
      { label: t('overview.netIn', { currency: reporting }), isNumber: true },
    ],
    currencies.map((one) => {
      const own = (minor: bigint) => formatMoney(money(minor, one.currency), text.language)
      const { grossMinor, processingFeeMinor, disputeFeeMinor, netMinor, notConverted } = one.converted
      return cells(
        one.currency.toUpperCase(),
        one.donations,
        [own(one.grossMinor), own(-one.refundedMinor - one.disputedMinor)],
        notConverted.length > 0
          ? [t('overview.rateUnknown'), '–', '–']
          : [converted(grossMinor), converted(-processingFeeMinor - disputeFeeMinor), converted(netMinor)],
      )
    }),
    cells(
      t('overview.total'),
      now.donations,
      ['', ''],
      [converted(now.grossMinor), converted(-now.feesMinor), converted(now.netMinor)],
    ),
  )
}
