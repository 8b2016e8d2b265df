export const statement = {
  title_donation: 'Spenden vom {{from}} bis zum {{to}}',
  title_contribution: 'Beiträge vom {{from}} bis zum {{to}}',
  for: 'Für {{name}}',
  date: 'Datum',
  receipt: 'Beleg',
  noReceipt: 'kein gültiger Beleg',
  earlierReceipt: 'früheres System',
  given: 'Gegeben',
  returned: 'Zurückgegeben',
  remains: 'Verbleibt',
  sum: 'Insgesamt: {{gross}}',
  sumLessReturned: 'Insgesamt: {{gross}}, davon wurden {{returned}} zurückgegeben; es verbleiben {{remains}}',
  fees: 'Davon decken {{fee}} Zahlungsgebühren.',
  receiptsHold: 'Maßgeblich sind die einzelnen Belege. Diese Aufstellung führt sie auf und ersetzt keinen.',
  earlierReceipts:
    'Zuwendungen mit dem Vermerk „früheres System“ kamen über das System, das die Redaktion zuvor nutzte. Es hat die Belege ausgestellt, und sie gelten weiter.',
  questions: 'Fragen: {{email}}',
} as const
