export const shared = {
  skipToContent: 'Перейти до вмісту',
  errorTitle: 'Помилка: {{title}}',
  testMode: 'Це перевірка. Гроші не переказуються, а квитанції недійсні.',
  checkTheForm: 'Будь ласка, перевірте форму',
  sourceCode: 'Вільне програмне забезпечення: вихідний код',
} as const
