/** French: the newsletter. */
export const newsletter = {
  consent:
    'Oui, envoyez-moi la lettre d’information de {{newsroom}} par e-mail. Elle est gratuite et je peux me désabonner à tout moment.',
  checkoutHint: 'Après votre paiement, nous vous envoyons un e-mail de confirmation.',
  form: {
    title: 'La lettre d’information de {{newsroom}}',
    lead: 'Nos articles dans votre messagerie, gratuitement.',
    email: 'Votre adresse e-mail',
    subscribe: 'S’abonner',
    how: 'Nous vous envoyons un e-mail avec un lien. La lettre n’arrive qu’une fois que vous avez confirmé.',
    emailProblem: 'Indiquez votre adresse e-mail, comme nom@example.org.',
    consentProblem: 'Cochez la case si vous souhaitez la lettre d’information.',
    failed: 'Cela n’a pas fonctionné. Veuillez réessayer dans un instant.',
    tooMany: 'Il y a eu trop d’essais. Veuillez patienter quelques minutes.',
  },
  sent: {
    title: 'Consultez votre messagerie',
    lead: 'Un e-mail est en route vers cette adresse. Veuillez ouvrir le lien qu’il contient : c’est seulement alors que tout est réglé.',
    notThere: 'Rien après quelques minutes ? Veuillez regarder dans le dossier des e-mails indésirables.',
    again: 'Utiliser une autre adresse',
  },
  confirm: {
    title: 'Encore un clic',
    lead: 'La lettre d’information de {{newsroom}} arrivera désormais à {{email}}.',
    button: 'Oui, je veux la lettre d’information',
    doneTitle: 'Vous recevez la lettre d’information',
    done: 'La lettre d’information de {{newsroom}} arrive désormais à {{email}}. Merci de nous lire.',
    expiredTitle: 'Ce lien ne fonctionne plus',
    expired:
      'Un lien est valable trois jours. Veuillez saisir de nouveau votre adresse, et nous vous en enverrons un nouveau.',
  },
  unsubscribe: {
    title: 'Se désabonner de la lettre d’information',
    lead: 'La lettre d’information de {{newsroom}} n’arrivera plus à votre adresse.',
    button: 'Me désabonner',
    doneTitle: 'Vous êtes désabonné',
    done: 'La lettre d’information de {{newsroom}} n’arrive plus à votre adresse.',
    again: 'S’abonner de nouveau',
    unknown: 'Ce lien est incomplet. Veuillez l’ouvrir depuis l’e-mail.',
  },
  mail: {
    subject: 'À confirmer : la lettre d’information de {{newsroom}}',
    lead: 'Cette adresse a été indiquée pour la lettre d’information de {{newsroom}}. Veuillez confirmer que vous la souhaitez :',
    button: 'Confirmer',
    valid: 'Le lien est valable trois jours.',
    notAsked:
      'Si ce n’était pas vous, vous n’avez rien à faire : sans votre confirmation, aucune lettre n’arrive.',
    alreadySubject: 'Vous recevez déjà la lettre d’information de {{newsroom}}',
    already:
      'Cette adresse a été indiquée une nouvelle fois pour la lettre d’information de {{newsroom}}. Vous la recevez déjà et rien ne change.',
    stop: 'Si vous n’en voulez plus :',
  },
  my: {
    heading: 'Lettre d’information',
    since: 'Vous recevez la lettre d’information depuis le {{date}}.',
    agreed: 'Vous avez accepté ceci : {{text}}',
    none: 'Vous ne recevez pas la lettre d’information.',
    subscribe: 'Recevoir la lettre d’information',
    subscribed: 'Vous recevez désormais la lettre d’information.',
    unsubscribed: 'Vous êtes désabonné de la lettre d’information.',
  },
  thanks: {
    heading: 'Notre lettre d’information',
    asked: 'Nous vous envoyons un e-mail pour confirmer la lettre d’information.',
  },
} as const
