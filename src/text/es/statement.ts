export const statement = {
  title_donation: 'Donaciones del {{from}} al {{to}}',
  title_contribution: 'Contribuciones del {{from}} al {{to}}',
  for: 'Para {{name}}',
  date: 'Fecha',
  receipt: 'Recibo',
  noReceipt: 'sin recibo válido',
  given: 'Aportado',
  returned: 'Devuelto',
  remains: 'Queda',
  sum: 'En total: {{gross}}',
  sumLessReturned: 'En total: {{gross}}, de los cuales se devolvieron {{returned}}; quedan {{remains}}',
  fees: 'De lo donado, {{fee}} cubren comisiones de pago.',
  receiptsHold:
    'Los recibos de cada aportación siguen siendo válidos. Este resumen los enumera y no sustituye a ninguno.',
  questions: 'Preguntas: {{email}}',
} as const
