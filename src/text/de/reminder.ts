/** German: the one reminder of a gift that was not finished. */
export const reminder = {
  consent: 'Ja, {{newsroom}} darf mich einmal per E-Mail erinnern, wenn ich diesen Beitrag nicht abschließe.',
  form: {
    offer: 'Erinnern, wenn ich nicht fertig werde',
    email: 'Ihre E-Mail-Adresse für die Erinnerung',
    problem: 'Bitte geben Sie Ihre E-Mail-Adresse an, etwa name@example.org, oder nehmen Sie den Haken weg.',
  },
  mail: {
    subject: 'Ihr Beitrag an {{newsroom}} ist nicht abgeschlossen',
    lead: 'Sie haben einen Beitrag an {{newsroom}} begonnen und um eine einzige Erinnerung gebeten, falls Sie ihn nicht abschließen. Es wurde nichts abgebucht. Ihre Auswahl ist noch ausgefüllt:',
    button: 'Beitrag fortsetzen',
    once: 'Dies ist die einzige Erinnerung.',
    stop: 'Nicht erinnern',
  },
  stop: {
    title: 'Erinnerungen an nicht abgeschlossene Beiträge',
    ask: 'Wir erinnern Sie nicht mehr an einen Beitrag, den Sie nicht abgeschlossen haben.',
    button: 'Nicht erinnern',
    doneTitle: 'Erledigt',
    done: 'Sie werden nicht erinnert. Danke, dass Sie uns lesen.',
    unknown: 'Dieser Link ist nicht vollständig. Bitte öffnen Sie ihn aus der E-Mail.',
    give: '{{newsroom}} unterstützen',
  },
} as const
