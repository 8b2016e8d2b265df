export const amount = {
  missing: 'Bitte geben Sie einen Betrag ein.',
  unreadable: 'Schreiben Sie den Betrag in Ziffern, zum Beispiel 5 oder 5,00.',
  ambiguous:
    'Es ist nicht klar, wo die Nachkommastellen beginnen. Schreiben Sie 1000 für tausend, 1,00 für eins.',
  otherCurrency:
    'Dieses Formular nimmt Beträge in dieser Währung: {{currency}}. Sie haben {{typed}} geschrieben.',
  noDecimals: '{{currency}} hat keine Nachkommastellen.',
  tooManyDecimals: '{{currency}} hat höchstens {{decimals}} Nachkommastellen.',
  notPositive: 'Der Betrag muss größer als null sein.',
  tooSmall: 'Der kleinste Betrag ist {{limit}}.',
  refusedTooSmall: 'Dieser Betrag ist zu klein.',
  currencyRefused: '{{currency}} können wir zurzeit nicht annehmen. Bitte wählen Sie eine andere Währung.',
  tooLarge: 'Der größte Betrag ist {{limit}}.',
  notAMultiple: 'In {{currency}} muss der Betrag ein Vielfaches von {{limit}} sein.',
  tooManyDigits: 'Dieser Betrag ist zu groß.',
} as const
