export const mail = {
  frame: {
    plainLink: 'Wenn der Knopf nicht funktioniert, öffnen Sie diese Adresse:',
  },
  receipt: {
    subject: 'Danke, und Ihr Beleg {{number}} von {{newsroom}}',
    subjectVoided: 'Ihr Beleg {{number}} von {{newsroom}} ist nicht mehr gültig',
    subjectReplaced: 'Ihr neuer Beleg {{number}} von {{newsroom}}',
    heading: 'Danke!',
    greeting: 'Guten Tag {{name}},',
    greetingWithoutName: 'Guten Tag,',
    thanks_donation:
      'vielen Dank für Ihre Spende von {{amount}} an {{newsroom}}. Sie hilft uns, weiter zu berichten.',
    thanks_contribution:
      'vielen Dank für Ihren Beitrag von {{amount}} für {{newsroom}}. Er hilft uns, weiter zu berichten.',
    voided_donation:
      'Ihre Spende von {{amount}} an {{newsroom}} wurde Ihnen zurückgegeben. Der Beleg ist deshalb nicht mehr gültig.',
    voided_contribution:
      'Ihr Beitrag von {{amount}} für {{newsroom}} wurde Ihnen zurückgegeben. Der Beleg ist deshalb nicht mehr gültig.',
    replaced_donation:
      'ein Teil Ihrer Spende an {{newsroom}} wurde Ihnen zurückgegeben oder ist wieder bei uns eingegangen. Es bleiben {{amount}}, und dieser Beleg ersetzt {{replaces}}.',
    replaced_contribution:
      'ein Teil Ihres Beitrags für {{newsroom}} wurde Ihnen zurückgegeben oder ist wieder bei uns eingegangen. Es bleiben {{amount}}, und dieser Beleg ersetzt {{replaces}}.',
    fact: '{{label}}: {{value}}',
    page: 'Ihr Beleg als Seite, zum Drucken oder zum Aufheben als PDF:',
    linkWords: 'Beleg ansehen',
    questions: 'Wenn Sie eine Frage haben, antworten Sie einfach auf diese E-Mail.',
  },
} as const
