import { thankYou } from './thank-you.ts'

export const reader = {
  gift: {
    invitation_donation: 'Spenden Sie an {{newsroom}}',
    invitation_contribution: 'Unterstützen Sie {{newsroom}}',
    product_donation: 'Spende an {{newsroom}}',
    product_contribution: 'Beitrag für {{newsroom}}',
    parts: '{{gift}}, dazu {{fee}} für die Zahlungsgebühren',
    promise: {
      monthly:
        'Sie geben {{amount}} jetzt und dann jeden Monat, bis Sie aufhören. Wenn Sie am {{today}} zahlen, folgt die nächste Zahlung am {{next}}. Jederzeit beendet mit dem Link in jedem Beleg, den wir Ihnen per E-Mail schicken.',
      yearly:
        'Sie geben {{amount}} jetzt und dann jedes Jahr, bis Sie aufhören. Wenn Sie am {{today}} zahlen, folgt die nächste Zahlung am {{next}}. Jederzeit beendet mit dem Link in jedem Beleg, den wir Ihnen per E-Mail schicken.',
    },
  },
  language: 'Sprache',
  donate: {
    reading: 'Der Link zu dieser Seite nennt einen Artikel auf {{site}}: „{{article}}“',
    currency: 'Währung',
    currencyOption: '{{name}} ({{code}})',
    changeCurrency: 'Währung wechseln',
    amount: 'Betrag',
    otherAmount: 'Anderer',
    ownAmount: 'Eigener Betrag in {{currency}}',
    howOften: 'Wie oft',
    frequency: { once: 'Einmal', monthly: 'Monatlich', yearly: 'Jährlich' },
    message: 'Nachricht an die Redaktion',
    optional: '(freiwillig)',
    submit: 'Weiter zur Zahlung',
    howYouPay:
      'Sie zahlen auf einer sicheren Seite von Stripe. Ihre Kartennummer erreicht uns nie. Ein Beleg kommt per E-Mail; wenn Sie monatlich oder jährlich geben, einer mit jeder Zahlung.',
    give: {
      once_donation: '{{amount}} spenden',
      once_contribution: '{{amount}} geben',
      monthly_donation: '{{amount}} im Monat spenden',
      monthly_contribution: '{{amount}} im Monat geben',
      yearly_donation: '{{amount}} im Jahr spenden',
      yearly_contribution: '{{amount}} im Jahr geben',
    },
    coverFees: '{{fee}} dazugeben, um die Stripe-Gebühr zu decken',
    coverOwnFees: 'Die Stripe-Gebühr dazugeben. Wie viel das ist, sagt die nächste Seite.',
    trust: 'Sicher zahlen mit Stripe',
    payBy: { card: 'Karte', bank: 'Bank' },
    recurs: 'Nächste Zahlung: {{next}}. Beenden können Sie jederzeit mit dem Link in jedem Beleg.',
    inCurrency: 'In {{currency}}.',
    addMessage: 'Eine Nachricht an die Redaktion hinzufügen',
    currencyChanged: 'Die Beträge sind jetzt in {{currency}}. Es wurde nichts abgebucht.',
    tax: {
      for_profit: 'Beiträge für {{newsroom}} sind nicht steuerlich absetzbar.',
      charity:
        '{{newsroom}} ist eine gemeinnützige Organisation, Steuernummer {{taxId}}. Spenden sind steuerlich absetzbar, soweit das Gesetz es zulässt.',
      fiscally_sponsored:
        'Der steuerliche Träger von {{newsroom}} ist {{sponsor}}. Spenden sind steuerlich absetzbar, soweit das Gesetz es zulässt.',
      elsewhere: {
        charity:
          '{{newsroom}} ist eine gemeinnützige Organisation, Steuernummer {{taxId}}. Ob Sie eine Spende steuerlich absetzen können, richtet sich nach dem Recht Ihres Landes.',
        fiscally_sponsored:
          'Der steuerliche Träger von {{newsroom}} ist {{sponsor}}. Ob Sie eine Spende steuerlich absetzen können, richtet sich nach dem Recht Ihres Landes.',
      },
    },
    backFrom: {
      open: 'Sie sind zurückgekommen, ohne zu zahlen. Es wurde nichts abgebucht, und Ihre Auswahl ist noch da.',
      expired:
        'Die Zahlungsseite hat sich geschlossen. Es wurde nichts abgebucht, und Ihre Auswahl ist noch da.',
      failed:
        'Die Zahlung hat nicht geklappt. Sie können es noch einmal versuchen; Ihre Auswahl ist noch da.',
    },
    problem: {
      coverFees: 'Zu diesem Betrag lässt sich die Gebühr nicht dazugeben. Bitte entfernen Sie das Häkchen.',
      notNow:
        'Die Zahlungsseite ließ sich nicht öffnen. Es wurde nichts abgebucht, und nichts von dem, was Sie geschrieben haben, ist verloren. Bitte versuchen Sie es gleich noch einmal.',
      offline:
        'Sie sind offline. Es wurde nichts abgebucht, und nichts von dem, was Sie geschrieben haben, ist verloren.',
      tooMany:
        'Das waren viele Versuche. Es wurde nichts abgebucht, und nichts von dem, was Sie geschrieben haben, ist verloren. Bitte warten Sie eine Minute.',
      amount: 'Bitte wählen Sie einen Betrag.',
      ownAmount: 'Bitte geben Sie einen Betrag ein.',
      currency: 'In dieser Währung können Sie hier nicht geben. Bitte wählen Sie eine andere.',
      frequency: 'Bitte wählen Sie, wie oft Sie geben möchten.',
      message: 'Die Nachricht darf höchstens {{most}} Zeichen haben, ohne Steuerzeichen.',
      other: 'Im Formular stimmt etwas nicht. Bitte prüfen Sie es und senden Sie es noch einmal.',
      pageClosed:
        'Die Zahlungsseite zu diesem Formular hat sich geschlossen. Bitte senden Sie das Formular noch einmal.',
    },
  },
  purpose: 'Jeder Beitrag bezahlt Berichte, die alle lesen können.',
  thankYou,
  share: {
    heading: 'Artikel teilen',
    button: 'Teilen',
    mail: 'E-Mail',
    whatsapp: 'WhatsApp',
    facebook: 'Facebook',
    bluesky: 'Bluesky',
  },
  challenge: {
    title: 'Einen Moment, bitte',
    lead: 'Wir stellen sicher, dass Sie ein Mensch sind und kein Programm. Danach öffnet sich die Zahlungsseite.',
    wait_one: 'Die Schaltfläche erscheint in {{count}} Sekunde.',
    wait_other: 'Die Schaltfläche erscheint in {{count}} Sekunden.',
    continue: 'Weiter zur Zahlung',
    why: 'Programme probieren auf Spendenseiten gestohlene Karten aus, und dieser Schritt hält sie ab. Es wurde nichts abgebucht, und nichts von dem, was Sie geschrieben haben, geht verloren.',
    failed: 'Es dauert ein wenig länger als sonst. Die Schaltfläche erscheint gleich.',
  },
  protection: {
    givingIsOff:
      'Im Moment können wir kein Geld annehmen. Es wurde nichts abgebucht. Bitte kommen Sie etwas später wieder.',
    challenge: 'Ein Schritt fehlt noch, bevor sich die Zahlungsseite öffnet. Es wurde nichts abgebucht.',
    unverifiable:
      'Wir konnten nicht sicherstellen, dass Sie kein Programm sind. Es wurde nichts abgebucht. Bitte versuchen Sie es in einer Minute noch einmal.',
  },
  receipt: {
    download: 'Als PDF herunterladen',
    notFound: 'Unter dieser Adresse gibt es keinen Beleg.',
  },
  goal: {
    sum: '{{raised}} von {{goal}} erreicht',
    until: 'Bis zum {{day}}',
    over: 'Dieses Ziel endete am {{day}}.',
    matching: '{{words}} Hinzu kommen bis zu {{amount}}, die der Balken nicht mitzählt.',
    give: 'Jetzt geben',
    unknown: 'Dieses Ziel gibt es nicht, oder es wurde zurückgezogen.',
  },
  source: {
    title: 'Der Quellcode dieses Dienstes',
    licence:
      'Dieser Dienst ist freie Software unter der GNU Affero General Public License, Version 3 oder neuer. Wer ihn nutzt, darf seinen Quellcode haben.',
    ask: 'Schreiben Sie an {{email}}, und wir senden Ihnen den Quellcode der Fassung, die hier läuft.',
  },
  verify: {
    title: 'Einen Beleg prüfen',
    lead: 'Geben Sie die Nummer und den Prüfcode ein, die auf dem Beleg stehen.',
    code: 'Prüfcode',
    submit: 'Prüfen',
    privacy: 'Diese Seite zeigt weder Namen noch Adresse der Person, die gegeben hat.',
    genuine: 'Dieser Beleg ist echt.',
    unknown: {
      title: 'Diese Nummer und dieser Code gehören nicht zusammen.',
      how: 'Bitte vergleichen Sie beide Zeichen für Zeichen mit dem Beleg. Wenn sie stimmen, ist der Beleg nicht von uns.',
    },
    status: {
      valid: 'Er ist gültig.',
      replaced_after_return: 'Ein Teil wurde später zurückgezahlt, daher ersetzt ihn ein anderer Beleg.',
      replaced: 'Ein späterer Beleg ersetzt ihn.',
      returned: 'Der Betrag wurde vollständig zurückgezahlt, daher gilt dieser Beleg nicht mehr.',
      void: 'Er wurde für ungültig erklärt und gilt nicht mehr.',
    },
  },
  error: {
    malformed: { title: 'Das hat nicht geklappt', text: 'An der Anfrage stimmt etwas nicht.' },
    unauthenticated: {
      title: 'Bitte melden Sie sich an',
      text: 'Diese Seite ist für angemeldete Mitarbeitende.',
    },
    forbidden: { title: 'Nicht erlaubt', text: 'Diese Seite ist für Sie nicht zugänglich.' },
    notFound: {
      title: 'Seite nicht gefunden',
      text: 'Unter dieser Adresse gibt es nichts. Vielleicht ist sie falsch geschrieben oder veraltet.',
    },
    conflict: {
      title: 'Das ist nicht möglich',
      text: 'Dieses Formular wurde schon einmal mit anderem Inhalt gesendet. Bitte beginnen Sie von vorn.',
    },
    tooLarge: { title: 'Zu lang', text: 'Was gesendet wurde, ist größer, als wir annehmen.' },
    unsupportedMediaType: {
      title: 'Das hat nicht geklappt',
      text: 'Was gesendet wurde, ist von einer Art, die wir nicht annehmen.',
    },
    tooManyRequests: {
      title: 'Zu viele Versuche',
      text: 'Bitte warten Sie eine Minute und versuchen Sie es noch einmal.',
    },
    ours: {
      title: 'Bei uns ist etwas schiefgegangen',
      text: 'Es liegt nicht an Ihnen, und wir haben es notiert. Bitte versuchen Sie es gleich noch einmal.',
    },
    unavailable: {
      title: 'Im Moment nicht verfügbar',
      text: 'Ein Dienst, auf den wir angewiesen sind, antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal.',
    },
    status: 'Fehler {{status}}.',
    statusAndId: 'Fehler {{status}}, Kennung {{id}}. Bitte nennen Sie sie, wenn Sie uns schreiben.',
  },
} as const
