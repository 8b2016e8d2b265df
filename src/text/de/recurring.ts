export const recurring = {
  mail: {
    failed: {
      subject_monthly: 'Ihr monatlicher Beitrag für {{newsroom}} konnte nicht abgebucht werden',
      subject_yearly: 'Ihr jährlicher Beitrag für {{newsroom}} konnte nicht abgebucht werden',
      lead_monthly: 'Ihr monatlicher Beitrag von {{amount}} für {{newsroom}} konnte nicht abgebucht werden.',
      lead_yearly: 'Ihr jährlicher Beitrag von {{amount}} für {{newsroom}} konnte nicht abgebucht werden.',
      card: 'Die Bank hat die Zahlung mit Ihrer Karte {{brand}} mit der Endung {{last4}} nicht angenommen.',
      retry:
        'Am {{date}} wird es noch einmal versucht. Wenn die Karte bis dahin funktioniert, müssen Sie nichts tun. Andernfalls wählen Sie bitte eine andere:',
      noRetry:
        'Von selbst wird es nicht noch einmal versucht. Bitte wählen Sie eine andere Karte, wenn Sie weiter geben möchten:',
      button: 'Andere Karte wählen',
      stop: 'Wenn Sie den Beitrag stattdessen beenden möchten, können Sie das auf derselben Seite tun.',
    },
    cardExpires: {
      subject_monthly: 'Die Karte für Ihren monatlichen Beitrag für {{newsroom}} läuft bald ab',
      subject_yearly: 'Die Karte für Ihren jährlichen Beitrag für {{newsroom}} läuft bald ab',
      lead_monthly:
        'Ihr monatlicher Beitrag von {{amount}} für {{newsroom}} wird das nächste Mal am {{date}} abgebucht. Ihre Karte {{brand}} mit der Endung {{last4}} gilt nur bis Ende {{month}}.',
      lead_yearly:
        'Ihr jährlicher Beitrag von {{amount}} für {{newsroom}} wird das nächste Mal am {{date}} abgebucht. Ihre Karte {{brand}} mit der Endung {{last4}} gilt nur bis Ende {{month}}.',
      what: 'Wenn Ihre Bank Ihnen eine neue Karte geschickt hat, geben Sie sie bitte hier ein:',
      button: 'Karte ändern',
      stop: 'Wenn Sie den Beitrag stattdessen beenden möchten, können Sie das auf derselben Seite tun.',
    },
    stopped: {
      subject_monthly: 'Ihr monatlicher Beitrag für {{newsroom}} ist beendet',
      subject_yearly: 'Ihr jährlicher Beitrag für {{newsroom}} ist beendet',
      byDonor_monthly: 'Sie haben Ihren monatlichen Beitrag von {{amount}} für {{newsroom}} beendet.',
      byDonor_yearly: 'Sie haben Ihren jährlichen Beitrag von {{amount}} für {{newsroom}} beendet.',
      byFailure_monthly:
        'Ihr monatlicher Beitrag von {{amount}} für {{newsroom}} ist zu Ende, weil die Zahlung mehrmals nicht geklappt hat.',
      byFailure_yearly:
        'Ihr jährlicher Beitrag von {{amount}} für {{newsroom}} ist zu Ende, weil die Zahlung mehrmals nicht geklappt hat.',
      elsewhere_monthly:
        'Ihr monatlicher Beitrag von {{amount}} für {{newsroom}} wurde auf den Seiten von Stripe beendet, das unsere Zahlungen abwickelt: von Ihnen oder von unserem Team.',
      elsewhere_yearly:
        'Ihr jährlicher Beitrag von {{amount}} für {{newsroom}} wurde auf den Seiten von Stripe beendet, das unsere Zahlungen abwickelt: von Ihnen oder von unserem Team.',
      nothing: 'Es wird nichts mehr abgebucht.',
      until: 'Es wird nichts mehr abgebucht. Was Sie gegeben haben, zählt bis zum {{date}}.',
      thanks: 'Vielen Dank für Ihre Unterstützung. Sie hat uns geholfen, weiter zu berichten.',
      button: 'Wieder geben',
      unexpected: 'Wenn Sie das nicht wollten, antworten Sie einfach auf diese E-Mail.',
    },
    reminder: {
      subject: 'Ihr jährlicher Beitrag für {{newsroom}} verlängert sich am {{date}}',
      lead: 'Ihr jährlicher Beitrag für {{newsroom}} verlängert sich am {{date}} um ein weiteres Jahr. Dann werden {{amount}} abgebucht.',
      fromCard:
        'Ihr jährlicher Beitrag für {{newsroom}} verlängert sich am {{date}} um ein weiteres Jahr. Dann werden {{amount}} von Ihrer Karte {{brand}} mit der Endung {{last4}} abgebucht.',
      nothing:
        'Wenn Sie weiter geben möchten, müssen Sie nichts tun. Hier können Sie die Karte ändern oder den Beitrag beenden:',
      button: 'Beitrag ansehen oder beenden',
    },
    changed: {
      subject_monthly: 'Ihr monatlicher Beitrag für {{newsroom}} hat einen neuen Betrag',
      subject_yearly: 'Ihr jährlicher Beitrag für {{newsroom}} hat einen neuen Betrag',
      lead_monthly: 'Ihr monatlicher Beitrag für {{newsroom}} beträgt ab jetzt {{amount}}.',
      lead_yearly: 'Ihr jährlicher Beitrag für {{newsroom}} beträgt ab jetzt {{amount}}.',
      from: 'Der neue Betrag wird zum ersten Mal am {{date}} abgebucht.',
    },
    paused: {
      subject_monthly: 'Ihr monatlicher Beitrag für {{newsroom}} ist pausiert',
      subject_yearly: 'Ihr jährlicher Beitrag für {{newsroom}} ist pausiert',
      lead_monthly: 'Ihr monatlicher Beitrag von {{amount}} für {{newsroom}} ist pausiert.',
      lead_yearly: 'Ihr jährlicher Beitrag von {{amount}} für {{newsroom}} ist pausiert.',
      until: 'Vor dem {{date}} wird nichts abgebucht. Danach geht es von selbst weiter.',
      open: 'Es wird nichts abgebucht, bis Sie fortsetzen.',
      button: 'Beitrag ansehen oder fortsetzen',
    },
    resumed: {
      subject_monthly: 'Ihr monatlicher Beitrag für {{newsroom}} geht weiter',
      subject_yearly: 'Ihr jährlicher Beitrag für {{newsroom}} geht weiter',
      lead_monthly:
        'Die Pause ist vorbei: Ihr monatlicher Beitrag von {{amount}} für {{newsroom}} geht weiter. Vielen Dank!',
      lead_yearly:
        'Die Pause ist vorbei: Ihr jährlicher Beitrag von {{amount}} für {{newsroom}} geht weiter. Vielen Dank!',
    },
    refused: {
      subject: 'Ihre Bank hat Ihren Beitrag für {{newsroom}} nicht gezahlt',
      lead: 'Sie wollten {{newsroom}} von Ihrem Bankkonto {{amount}} geben. Ihre Bank hat die Zahlung nun abgelehnt, es wurde also nichts gegeben.',
      why: 'Das kommt vor, zum Beispiel wenn eine Kontonummer falsch geschrieben oder zu wenig Geld auf dem Konto war. Wenn Sie noch geben möchten, klappt es oft mit einem anderen Konto oder einer Karte:',
      button: 'Noch einmal versuchen',
    },
    questions: 'Wenn Sie eine Frage haben, antworten Sie einfach auf diese E-Mail.',
  },
  receipt: {
    first_monthly: 'Das ist die erste Zahlung Ihres monatlichen Beitrags.',
    first_yearly: 'Das ist die erste Zahlung Ihres jährlichen Beitrags.',
    renewal_monthly: 'Das ist eine weitere Zahlung Ihres monatlichen Beitrags.',
    renewal_yearly: 'Das ist eine weitere Zahlung Ihres jährlichen Beitrags.',
    next: 'Die nächste Zahlung ist am {{date}}.',
    last: 'Er ist beendet, es folgt also keine weitere Zahlung.',
    stop: 'Sie können jederzeit die Karte ändern oder den Beitrag beenden:',
    link: 'Beitrag ansehen oder beenden',
    takenBack:
      'Ihre Bank hat die Zahlung zurückgeholt, nachdem sie sie bestätigt hatte. Wenn Sie das nicht verlangt haben, kann Ihre Bank Ihnen sagen, warum.',
  },
  page: {
    title_monthly: 'Ihr monatlicher Beitrag',
    title_yearly: 'Ihr jährlicher Beitrag',
    lead_monthly: 'Sie geben {{newsroom}} jeden Monat {{amount}}. Vielen Dank!',
    lead_yearly: 'Sie geben {{newsroom}} jedes Jahr {{amount}}. Vielen Dank!',
    unknownAmount: 'Sie geben {{newsroom}} regelmäßig Geld. Vielen Dank!',
    next: 'Nächste Zahlung',
    card: 'Bezahlt mit',
    cardWords: 'Karte {{brand}} mit der Endung {{last4}}, gültig bis {{month}}',
    began: 'Es begann mit',
    failed: 'Die letzte Zahlung konnte nicht abgebucht werden.',
    retry: 'Am {{date}} wird es noch einmal versucht.',
    pay: 'Jetzt zahlen',
    change: 'Andere Karte verwenden',
    stop_monthly: 'Monatlichen Beitrag beenden',
    stop_yearly: 'Jährlichen Beitrag beenden',
    afterStop:
      'Danach wird nichts mehr abgebucht. Die Belege für alles, was Sie gegeben haben, behalten Sie.',
    stopped: {
      title_monthly: 'Ihr monatlicher Beitrag ist beendet',
      title_yearly: 'Ihr jährlicher Beitrag ist beendet',
      nothing: 'Es wird nichts mehr abgebucht. Vielen Dank für Ihre Unterstützung.',
      until:
        'Es wird nichts mehr abgebucht. Was Sie gegeben haben, zählt bis zum {{date}}. Vielen Dank für Ihre Unterstützung.',
      mail: 'Wir bestätigen es per E-Mail.',
      again: 'Wieder geben',
    },
    amount: {
      change: 'Betrag ändern',
      label: 'Neuer Betrag in {{currency}}',
      hint: 'Er wird ab der nächsten Zahlung abgebucht.',
      save: 'Speichern',
    },
    pause: {
      title: 'Eine Weile pausieren',
      hint: 'Solange wird nichts abgebucht. Danach geht es von selbst weiter.',
      months_one: '{{count}} Monat',
      months_other: '{{count}} Monate',
      resume: 'Jetzt fortsetzen',
      pausedUntil: 'Pausiert bis {{date}}. Vorher wird nichts abgebucht.',
      paused: 'Pausiert. Es wird nichts abgebucht, bis Sie fortsetzen.',
    },
    notChanged:
      'Das ließ sich gerade nicht ändern, weil Stripe nicht antwortet. Bitte versuchen Sie es in einer Minute noch einmal.',
    notStopped:
      'Er ließ sich gerade nicht beenden, weil Stripe nicht antwortet. Bitte versuchen Sie es in einer Minute noch einmal.',
    noCardPage:
      'Die Seite für eine andere Karte ließ sich gerade nicht öffnen, weil Stripe nicht antwortet. Bitte versuchen Sie es in einer Minute noch einmal.',
    notFound:
      'Unter dieser Adresse gibt es keinen regelmäßigen Beitrag. Vielleicht wurde sie unterwegs abgeschnitten.',
    questions: 'Fragen? Schreiben Sie an {{email}}.',
  },
} as const
