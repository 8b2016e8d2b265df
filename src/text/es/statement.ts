export const statement = {
  title_donation: 'Donaciones del {{from}} al {{to}}',
  title_contribution: 'Contribuciones del {{from}} al {{to}}',
  for: 'Para {{name}}',
  date: 'Fecha',
  receipt: 'Recibo',
  noReceipt: 'sin recibo válido',
  earlierReceipt: 'sistema anterior',
  given: 'Aportado',
  returned: 'Devuelto',
  remains: 'Queda',
  sum: 'En total: {{gross}}',
  sumLessReturned: 'En total: {{gross}}, de los cuales se devolvieron {{returned}}; quedan {{remains}}',
  fees: 'De lo donado, {{fee}} cubren comisiones de pago.',
  receiptsHold:
    'Los recibos de cada aportación siguen siendo válidos. Este resumen los enumera y no sustituye a ninguno.',
  earlierReceipts:
    'Las aportaciones que dicen «sistema anterior» se hicieron por el sistema que la redacción usaba antes. Ese sistema emitió sus recibos, que siguen siendo válidos.',
  questions: 'Preguntas: {{email}}',
} as const
