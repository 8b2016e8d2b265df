export const statement = {
  title_donation: 'Пожертви за період: {{from}} – {{to}}',
  title_contribution: 'Внески за період: {{from}} – {{to}}',
  for: 'Для {{name}}',
  date: 'Дата',
  receipt: 'Квитанція',
  noReceipt: 'немає дійсної квитанції',
  earlierReceipt: 'попередня система',
  given: 'Передано',
  returned: 'Повернено',
  remains: 'Залишається',
  sum: 'Разом: {{gross}}',
  sumLessReturned: 'Разом: {{gross}}, з них повернено {{returned}}; залишається {{remains}}',
  fees: 'З цієї суми {{fee}} покриває комісії за платежі.',
  receiptsHold:
    'Квитанції за окремі внески зберігають чинність. Ця довідка перелічує їх і жодної не замінює.',
  earlierReceipts:
    'Внески з позначкою «попередня система» зроблено через систему, якою редакція користувалася раніше. Квитанції видала вона, і вони чинні.',
  questions: 'Запитання: {{email}}',
} as const
