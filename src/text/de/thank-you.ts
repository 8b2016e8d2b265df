export const thankYou = {
  succeeded: {
    title: 'Vielen Dank',
    arrived: {
      once_donation: 'Ihre Spende von {{amount}} an {{newsroom}} ist angekommen.',
      once_contribution: 'Ihr Beitrag von {{amount}} für {{newsroom}} ist angekommen.',
      monthly_donation: 'Ihre erste monatliche Spende von {{amount}} an {{newsroom}} ist angekommen.',
      monthly_contribution: 'Ihr erster monatlicher Beitrag von {{amount}} für {{newsroom}} ist angekommen.',
      yearly_donation: 'Ihre erste jährliche Spende von {{amount}} an {{newsroom}} ist angekommen.',
      yearly_contribution: 'Ihr erster jährlicher Beitrag von {{amount}} für {{newsroom}} ist angekommen.',
    },
    charged: 'In Ihrer eigenen Währung wurden {{amount}} abgebucht.',
    partlyRefunded: 'Davon wurden Ihnen seither {{amount}} zurückgegeben.',
    coveredFee: '{{fee}} davon decken die Zahlungsgebühren, damit Ihr ganzer Beitrag bei uns ankommt.',
    receipt: 'Beleg ansehen',
    receiptTo: 'Wir senden den Beleg auch an {{address}}. Meist kommt er innerhalb weniger Minuten an.',
    receiptByMail: 'Wir senden den Beleg auch per E-Mail. Meist kommt er innerhalb weniger Minuten an.',
  },
  recurring: {
    monthly: 'Von nun an werden jeden Monat {{amount}} abgebucht. Die nächste Zahlung ist am {{date}}.',
    yearly: 'Von nun an werden jedes Jahr {{amount}} abgebucht. Die nächste Zahlung ist am {{date}}.',
    stop: 'Für jede Zahlung bekommen Sie einen Beleg per E-Mail. Mit dem Link darin können Sie jederzeit aufhören, ohne Konto; oder Sie schreiben an {{email}}.',
  },
  monthly: {
    heading: 'Jeden Monat geben?',
    why_donation: 'Mit einer Spende, die jeden Monat kommt, können wir planen.',
    why_contribution: 'Mit einem Beitrag, der jeden Monat kommt, können wir planen.',
    give: '{{amount}} im Monat geben',
    terms:
      'Sie bestätigen das auf der Seite von Stripe. Dann werden zum ersten Mal {{amount}} abgebucht, zusätzlich zu heute.',
    other: 'Einen anderen Betrag wählen',
  },
  processing: {
    title: 'Vielen Dank, das Geld ist unterwegs',
    onItsWay_donation: 'Ihre Bank überweist gerade Ihre Spende von {{amount}}.',
    onItsWay_contribution: 'Ihre Bank überweist gerade Ihren Beitrag von {{amount}}.',
    takesDays:
      'Eine Zahlung über die Bank dauert einige Tage. Wenn sie angekommen ist, erhalten Sie einen Beleg per E-Mail. Sie müssen nichts weiter tun.',
  },
  confirmed: {
    title: 'Vielen Dank, es hat geklappt',
    paid_donation: 'Stripe hat Ihre Spende von {{amount}} für {{newsroom}} entgegengenommen.',
    paid_contribution: 'Stripe hat Ihren Beitrag von {{amount}} für {{newsroom}} entgegengenommen.',
    refreshing: 'Wir schreiben Ihren Beleg. Diese Seite zeigt ihn in wenigen Sekunden.',
    takesLonger:
      'Ihr Beleg braucht länger als sonst. Sie können diese Seite schließen: Der Beleg kommt per E-Mail.',
  },
  unsure: {
    title: 'Wir wissen es noch nicht',
    notReported: 'Stripe hat uns noch nicht gesagt, ob gezahlt wurde.',
    ifPaid: 'Wenn Sie gezahlt haben, ist alles gut: Ihr Beleg kommt per E-Mail.',
    ifNot:
      'Wenn nicht, wurde nichts abgebucht. Sie können zur Zahlungsseite zurückgehen: Sie bucht denselben Betrag nie zweimal ab.',
  },
  open: {
    title: 'Sie haben noch nicht gezahlt',
    nothingCharged: 'Es wurde nichts abgebucht.',
    stillOpen: 'Die Zahlungsseite ist noch offen, mit Ihrer Auswahl.',
    pay: 'Zurück zur Zahlungsseite',
    change: 'Auswahl ändern',
  },
  refunded: {
    title: 'Sie haben Ihr Geld zurückbekommen',
    wentBack_donation: 'Ihre Spende von {{amount}} wurde erstattet.',
    wentBack_contribution: 'Ihr Beitrag von {{amount}} wurde erstattet.',
    more: 'Es kann bis zu zehn Tage dauern, bis Ihre Bank es anzeigt.',
  },
  returned: {
    title: 'Ihre Bank hat das Geld zurückgeholt',
    wentBack_donation: 'Ihre Spende von {{amount}} ist über Ihre Bank an Sie zurückgegangen.',
    wentBack_contribution: 'Ihr Beitrag von {{amount}} ist über Ihre Bank an Sie zurückgegangen.',
    more: 'Sie müssen nichts weiter tun.',
  },
  cancelled: {
    title: 'Ihre regelmäßige Zahlung ist beendet',
    stopped: {
      monthly_donation: 'Ihre monatliche Spende von {{amount}} ist beendet. Es wird nichts mehr abgebucht.',
      monthly_contribution:
        'Ihr monatlicher Beitrag von {{amount}} ist beendet. Es wird nichts mehr abgebucht.',
      yearly_donation: 'Ihre jährliche Spende von {{amount}} ist beendet. Es wird nichts mehr abgebucht.',
      yearly_contribution:
        'Ihr jährlicher Beitrag von {{amount}} ist beendet. Es wird nichts mehr abgebucht.',
    },
    thanks: 'Vielen Dank für jede Ihrer Zahlungen.',
  },
  expired: {
    title: 'Die Zahlungsseite hat sich geschlossen',
    closed: 'Sie war zu lange offen und hat sich deshalb geschlossen. Es wurde nichts abgebucht.',
    again: 'Noch einmal beginnen',
  },
  failed: {
    title: 'Die Zahlung hat nicht geklappt',
    notReceived_donation:
      'Ihre Bank hat die Zahlung nicht ausgeführt. Ihre Spende ist also nicht angekommen.',
    notReceived_contribution:
      'Ihre Bank hat die Zahlung nicht ausgeführt. Ihr Beitrag ist also nicht angekommen.',
    otherCard:
      'Das kommt vor, und oft klappt es mit einer anderen Karte oder einem anderen Konto. Danke für den Versuch.',
    again: 'Noch einmal versuchen',
  },
  unknown: {
    title: 'Diese Zahlung kennen wir nicht',
    address: 'Vielleicht ist die Adresse unvollständig oder sehr alt.',
    receiptByMail:
      'Wenn Sie gezahlt haben, kommt Ihr Beleg trotzdem per E-Mail: Er hängt nicht von dieser Seite ab.',
    start: 'Zum Anfang',
  },
  backTo: 'Zurück zu {{article}}',
  backToArticle: 'Zurück zum Artikel',
  stayInTouch: 'In Verbindung bleiben',
  lookAgain: 'Noch einmal nachsehen',
  newsletter: 'Newsletter abonnieren',
  questions: 'Wenn Sie eine Frage haben, schreiben Sie an {{email}}.',
} as const
