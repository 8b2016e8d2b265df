export const statement = {
  title_donation: 'Dons du {{from}} au {{to}}',
  title_contribution: 'Contributions du {{from}} au {{to}}',
  for: 'Pour {{name}}',
  date: 'Date',
  receipt: 'Reçu',
  noReceipt: 'aucun reçu valable',
  earlierReceipt: 'ancien système',
  given: 'Donné',
  returned: 'Rendu',
  remains: 'Reste',
  sum: 'En tout : {{gross}}',
  sumLessReturned: 'En tout : {{gross}}, dont {{returned}} ont été rendus ; il reste {{remains}}',
  fees: 'Sur cette somme, {{fee}} couvrent des frais de paiement.',
  receiptsHold: 'Les reçus de chaque versement font foi. Ce relevé les énumère et n’en remplace aucun.',
  earlierReceipts:
    'Les dons marqués « ancien système » ont été faits par le système que la rédaction utilisait auparavant. Il a émis leurs reçus, qui restent valables.',
  questions: 'Questions : {{email}}',
} as const
