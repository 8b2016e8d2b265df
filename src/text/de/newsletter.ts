/** German: the newsletter. */
export const newsletter = {
  consent:
    'Ja, bitte senden Sie mir den Newsletter von {{newsroom}} per E-Mail. Er ist kostenlos, und ich kann ihn jederzeit abbestellen.',
  checkoutHint: 'Nach Ihrer Zahlung senden wir Ihnen eine E-Mail zur Bestätigung.',
  form: {
    title: 'Der Newsletter von {{newsroom}}',
    lead: 'Unsere Geschichten in Ihrem Postfach, kostenlos.',
    email: 'Ihre E-Mail-Adresse',
    subscribe: 'Abonnieren',
    how: 'Wir senden Ihnen eine E-Mail mit einem Link. Der Newsletter kommt erst, wenn Sie dort bestätigen.',
    emailProblem: 'Bitte geben Sie Ihre E-Mail-Adresse an, etwa name@example.org.',
    consentProblem: 'Bitte setzen Sie das Häkchen, wenn Sie den Newsletter möchten.',
    failed: 'Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.',
    tooMany: 'Es gab zu viele Versuche. Bitte warten Sie einige Minuten.',
  },
  sent: {
    title: 'Bitte sehen Sie in Ihr Postfach',
    lead: 'Eine E-Mail an diese Adresse ist unterwegs. Bitte öffnen Sie den Link darin: Erst dann ist alles erledigt.',
    notThere: 'Nach einigen Minuten ist nichts da? Bitte sehen Sie im Ordner für unerwünschte E-Mails nach.',
    again: 'Eine andere Adresse verwenden',
  },
  confirm: {
    title: 'Noch ein Klick',
    lead: 'Der Newsletter von {{newsroom}} soll künftig an {{email}} gehen.',
    button: 'Ja, ich möchte den Newsletter',
    doneTitle: 'Sie erhalten den Newsletter',
    done: 'Der Newsletter von {{newsroom}} geht ab jetzt an {{email}}. Danke, dass Sie uns lesen.',
    expiredTitle: 'Dieser Link funktioniert nicht mehr',
    expired:
      'Ein Link gilt drei Tage. Bitte geben Sie Ihre Adresse noch einmal ein, dann senden wir Ihnen einen neuen.',
  },
  unsubscribe: {
    title: 'Newsletter abbestellen',
    lead: 'Der Newsletter von {{newsroom}} kommt dann nicht mehr an Ihre Adresse.',
    button: 'Abbestellen',
    doneTitle: 'Der Newsletter ist abbestellt',
    done: 'Der Newsletter von {{newsroom}} kommt nicht mehr an Ihre Adresse.',
    again: 'Wieder abonnieren',
    unknown: 'Dieser Link ist unvollständig. Bitte öffnen Sie ihn aus der E-Mail.',
  },
  mail: {
    subject: 'Bitte bestätigen: der Newsletter von {{newsroom}}',
    lead: 'Diese Adresse wurde für den Newsletter von {{newsroom}} angegeben. Bitte bestätigen Sie, dass Sie ihn möchten:',
    button: 'Bestätigen',
    valid: 'Der Link gilt drei Tage.',
    notAsked:
      'Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne Ihre Bestätigung kommt kein Newsletter.',
    alreadySubject: 'Sie erhalten den Newsletter von {{newsroom}} bereits',
    already:
      'Diese Adresse wurde noch einmal für den Newsletter von {{newsroom}} angegeben. Sie erhalten ihn bereits, und es ändert sich nichts.',
    stop: 'Wenn Sie ihn nicht mehr möchten:',
  },
  my: {
    heading: 'Unser Newsletter',
    since: 'Sie erhalten den Newsletter seit dem {{date}}.',
    agreed: 'Sie haben diesem Satz zugestimmt: {{text}}',
    none: 'Sie erhalten den Newsletter nicht.',
    subscribe: 'Newsletter abonnieren',
    subscribed: 'Sie erhalten ab jetzt den Newsletter.',
    unsubscribed: 'Sie haben den Newsletter abbestellt.',
  },
  thanks: {
    heading: 'Unser Newsletter',
    asked: 'Wir senden Ihnen eine E-Mail, um den Newsletter zu bestätigen.',
  },
} as const
