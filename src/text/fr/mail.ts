export const mail = {
  frame: {
    plainLink: 'Si le bouton ne fonctionne pas, ouvrez cette adresse :',
  },
  receipt: {
    subject: 'Merci, et votre reçu {{number}} de {{newsroom}}',
    subjectVoided: 'Votre reçu {{number}} de {{newsroom}} n’est plus valable',
    subjectReplaced: 'Votre nouveau reçu {{number}} de {{newsroom}}',
    heading: 'Merci !',
    greeting: 'Bonjour {{name}},',
    greetingWithoutName: 'Bonjour,',
    thanks_donation:
      'Merci pour votre don de {{amount}} à {{newsroom}}. Il nous aide à continuer d’informer.',
    thanks_contribution:
      'Merci pour votre contribution de {{amount}} à {{newsroom}}. Elle nous aide à continuer d’informer.',
    voided_donation:
      'Votre don de {{amount}} à {{newsroom}} vous a été rendu ; son reçu n’est donc plus valable.',
    voided_contribution:
      'Votre contribution de {{amount}} à {{newsroom}} vous a été rendue ; son reçu n’est donc plus valable.',
    replaced_donation:
      'Une partie de votre don à {{newsroom}} vous a été rendue, ou nous est revenue. Il reste {{amount}}, et ce reçu remplace le reçu {{replaces}}.',
    replaced_contribution:
      'Une partie de votre contribution à {{newsroom}} vous a été rendue, ou nous est revenue. Il reste {{amount}}, et ce reçu remplace le reçu {{replaces}}.',
    fact: '{{label}} : {{value}}',
    page: 'Votre reçu sous forme de page, à imprimer ou à conserver en PDF :',
    linkWords: 'Voir votre reçu',
    questions: 'Si vous avez une question, il suffit de répondre à cet e-mail.',
  },
} as const
