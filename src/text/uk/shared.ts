export const shared = {
  skipToContent: 'Перейти до вмісту',
  errorTitle: 'Помилка: {{title}}',
  testMode: 'Це перевірка. Гроші не переказуються, а квитанції недійсні.',
  checkTheForm: 'Будь ласка, перевірте форму',
} as const
