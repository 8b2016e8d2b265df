export const mail = {
  frame: {
    plainLink: 'Якщо кнопка не працює, відкрийте цю адресу:',
  },
  receipt: {
    subject: 'Дякуємо! Ваша квитанція {{number}} від {{newsroom}}',
    subjectVoided: 'Ваша квитанція {{number}} від {{newsroom}} більше не дійсна',
    subjectReplaced: 'Ваша нова квитанція {{number}} від {{newsroom}}',
    heading: 'Дякуємо!',
    greeting: 'Вітаємо, {{name}}!',
    greetingWithoutName: 'Вітаємо!',
    thanks_donation:
      'Дякуємо за вашу пожертву для {{newsroom}}: {{amount}}. Вона допомагає нам працювати далі.',
    thanks_contribution:
      'Дякуємо за ваш внесок для {{newsroom}}: {{amount}}. Він допомагає нам працювати далі.',
    voided_donation:
      'Вашу пожертву для {{newsroom}} ({{amount}}) вам повернено, тож квитанція більше не дійсна.',
    voided_contribution:
      'Ваш внесок для {{newsroom}} ({{amount}}) вам повернено, тож квитанція більше не дійсна.',
    replaced_donation:
      'Частину вашої пожертви для {{newsroom}} повернено вам або знову зараховано нам. Залишається {{amount}}; ця квитанція замінює {{replaces}}.',
    replaced_contribution:
      'Частину вашого внеску для {{newsroom}} повернено вам або знову зараховано нам. Залишається {{amount}}; ця квитанція замінює {{replaces}}.',
    fact: '{{label}}: {{value}}',
    page: 'Ваша квитанція як сторінка, щоб надрукувати або зберегти у PDF:',
    linkWords: 'Переглянути квитанцію',
    questions: 'Якщо маєте запитання, просто дайте відповідь на цей лист.',
  },
} as const
