/** The first page of finance. */
export const overviewWords = {
  overview: {
    title: 'Donations in {{month}}',
    none: 'No donations succeeded in this month yet.',
    gross: '{{currency}} gross',
    from_one: 'from {{number}} donation',
    from_other: 'from {{number}} donations',
    reversed: '{{amount}} refunded or disputed.',
    cameBack: '{{amount}} came back from disputes and refunds.',
    feesAndNet: 'Stripe’s fees {{fees}}, net {{net}}.',
    feesUnknown:
      'Fees are not all known yet, or were taken in another currency: each donation shows its own.',
    latest: 'Latest donations',
    earlier: 'Earlier donations',
    pages: 'Pages of donations',
    toLatest: '← Latest donations',
    toEarlier: 'Earlier donations →',
    asOf: 'As of {{time}}. Days and months follow the time zone {{timeZone}}.',
  },
} as const
