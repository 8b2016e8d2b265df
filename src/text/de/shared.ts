export const shared = {
  skipToContent: 'Zum Inhalt springen',
  errorTitle: 'Fehler: {{title}}',
  testMode: 'Dies ist ein Test. Es fließt kein Geld, und Belege sind ungültig.',
  checkTheForm: 'Bitte prüfen Sie das Formular',
  sourceCode: 'Freie Software: der Quellcode',
} as const
