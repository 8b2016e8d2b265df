export const receipt = {
  title: 'Beleg {{number}}',
  number: 'Belegnummer',
  date: 'Datum',
  amount: 'Betrag',
  amountWithFee: '{{amount}}, davon decken {{fee}} die Zahlungsgebühr',
  charged: 'Ihnen berechnet',
  kind: 'Art',
  from: 'Von',
  to: 'An',
  toSponsor: '{{sponsor}}, für die Arbeit von {{newsroom}}',
  replaces: 'Ersetzt Beleg',
  once_donation: 'Einmalige Spende',
  once_contribution: 'Einmaliger Beitrag',
  monthly_donation: 'Monatliche Spende',
  monthly_contribution: 'Monatlicher Beitrag',
  yearly_donation: 'Jährliche Spende',
  yearly_contribution: 'Jährlicher Beitrag',
  voided: 'Dieser Beleg wurde für ungültig erklärt und gilt nicht mehr.',
  voidedAndReplaced: 'Dieser Beleg wurde für ungültig erklärt und durch Beleg {{number}} ersetzt.',
  returned: 'Der Betrag wurde vollständig zurückgezahlt. Dieser Beleg gilt nicht mehr.',
  proof: {
    code: 'Prüfcode {{code}}',
    how: 'Alle können prüfen, ob dieser Beleg echt ist: Richten Sie eine Kamera auf das Bild, oder öffnen Sie {{page}} und geben Sie Nummer und Code ein. Die Seite zeigt weder Namen noch Adresse.',
    picture: 'QR-Code, der die Seite öffnet, auf der dieser Beleg geprüft werden kann',
    link: 'Prüfen, ob dieser Beleg echt ist',
  },
  acknowledgment:
    'Dies ist die schriftliche Bestätigung, die das US-Recht bei einer Spende ab 250 Dollar verlangt (Abschnitt 170(f)(8) des Internal Revenue Code). Bitte heben Sie sie bei Ihren Steuerunterlagen auf.',
  questions: 'Fragen zu diesem Beleg? Schreiben Sie an {{email}}.',
  cannotDraw:
    'Einige Buchstaben lassen sich in diesem Dokument nicht darstellen. Die Seite des Belegs zeigt sie.',
  statement: {
    for_profit:
      '{{newsroom}} ist keine gemeinnützige Organisation. Ihr Beitrag unterstützt den Journalismus der Redaktion und ist nicht als Spende steuerlich absetzbar.',
    charity:
      '{{newsroom}} ist eine gemeinnützige Organisation, steuerbefreit nach Abschnitt 501(c)(3) des Internal Revenue Code der USA{{taxId}}. Ihre Spende ist steuerlich absetzbar, soweit das Gesetz es zulässt. Für sie wurden keine Waren oder Dienstleistungen als Gegenleistung erbracht.',
    fiscally_sponsored:
      '{{newsroom}} ist ein Projekt seines steuerlichen Trägers {{sponsor}}{{taxId}}. Ihre Spende ging an den Träger für die Arbeit von {{newsroom}} und ist steuerlich absetzbar, soweit das Gesetz es zulässt. Für sie wurden keine Waren oder Dienstleistungen als Gegenleistung erbracht.',
    elsewhere: {
      charity:
        '{{newsroom}} ist eine gemeinnützige Organisation{{taxId}}. Ob Sie Ihre Spende steuerlich absetzen können, richtet sich nach dem Recht des Landes, in dem Sie steuerpflichtig sind. Für sie wurden keine Waren oder Dienstleistungen als Gegenleistung erbracht.',
      fiscally_sponsored:
        '{{newsroom}} ist ein Projekt seines steuerlichen Trägers {{sponsor}}{{taxId}}. Ihre Spende ging an den Träger für die Arbeit von {{newsroom}}. Ob Sie sie steuerlich absetzen können, richtet sich nach dem Recht des Landes, in dem Sie steuerpflichtig sind. Für sie wurden keine Waren oder Dienstleistungen als Gegenleistung erbracht.',
    },
    taxId: ', Steuernummer {{taxId}}',
  },
} as const
