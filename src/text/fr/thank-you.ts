export const thankYou = {
  succeeded: {
    title: 'Merci',
    arrived: {
      once_donation: 'Votre don de {{amount}} à {{newsroom}} est arrivé.',
      once_contribution: 'Votre contribution de {{amount}} à {{newsroom}} est arrivée.',
      monthly_donation: 'Votre premier don mensuel de {{amount}} à {{newsroom}} est arrivé.',
      monthly_contribution: 'Votre première contribution mensuelle de {{amount}} à {{newsroom}} est arrivée.',
      yearly_donation: 'Votre premier don annuel de {{amount}} à {{newsroom}} est arrivé.',
      yearly_contribution: 'Votre première contribution annuelle de {{amount}} à {{newsroom}} est arrivée.',
    },
    charged: 'Dans votre propre devise, le montant débité est de {{amount}}.',
    partlyRefunded: 'Sur cette somme, {{amount}} vous ont été rendus depuis.',
    coveredFee:
      'Sur cette somme, {{fee}} couvrent les frais de paiement : votre versement nous parvient en entier.',
    receipt: 'Voir votre reçu',
    receiptTo: 'Nous envoyons aussi le reçu à {{address}}. Il arrive en général en quelques minutes.',
    receiptByMail: 'Nous envoyons aussi le reçu par e-mail. Il arrive en général en quelques minutes.',
  },
  recurring: {
    monthly: 'Désormais, {{amount}} sont prélevés chaque mois. Le prochain paiement aura lieu le {{date}}.',
    yearly: 'Désormais, {{amount}} sont prélevés chaque année. Le prochain paiement aura lieu le {{date}}.',
    stop: 'Vous recevez par e-mail un reçu pour chaque paiement. Le lien qu’il contient vous permet d’arrêter à tout moment, sans compte ; vous pouvez aussi écrire à {{email}}.',
  },
  monthly: {
    heading: 'Et si c’était chaque mois ?',
    why_donation: 'Un don qui arrive chaque mois nous permet de prévoir.',
    why_contribution: 'Une contribution qui arrive chaque mois nous permet de prévoir.',
    give: 'Donner {{amount}} par mois',
    terms:
      'Vous le confirmez sur la page de Stripe. Le premier versement de {{amount}} est alors prélevé, en plus de celui d’aujourd’hui.',
    other: 'Choisir un autre montant',
  },
  processing: {
    title: 'Merci, c’est en route',
    onItsWay_donation: 'Votre banque envoie votre don de {{amount}}.',
    onItsWay_contribution: 'Votre banque envoie votre contribution de {{amount}}.',
    takesDays:
      'Un paiement bancaire prend quelques jours. Une fois qu’il est arrivé, vous recevez un reçu par e-mail. Vous n’avez rien d’autre à faire.',
  },
  confirmed: {
    title: 'Merci, le paiement est passé',
    paid_donation: 'Stripe a encaissé votre don de {{amount}} pour {{newsroom}}.',
    paid_contribution: 'Stripe a encaissé votre contribution de {{amount}} pour {{newsroom}}.',
    refreshing: 'Nous rédigeons votre reçu. Cette page l’affiche dans quelques secondes.',
    takesLonger:
      'Votre reçu prend plus de temps que d’habitude. Vous pouvez fermer cette page : le reçu arrive par e-mail.',
  },
  unsure: {
    title: 'Nous ne le savons pas encore',
    notReported: 'Stripe ne nous a pas encore dit si le paiement a eu lieu.',
    ifPaid: 'Si vous avez payé, tout va bien : votre reçu arrive par e-mail.',
    ifNot:
      'Sinon, rien n’a été débité. Vous pouvez revenir à la page de paiement : elle ne débite jamais deux fois le même versement.',
  },
  open: {
    title: 'Vous n’avez pas encore payé',
    nothingCharged: 'Rien n’a été débité.',
    stillOpen: 'La page de paiement est encore ouverte, avec votre choix.',
    pay: 'Revenir à la page de paiement',
    change: 'Modifier votre choix',
  },
  refunded: {
    title: 'Votre versement vous a été rendu',
    wentBack_donation: 'Votre don de {{amount}} a été remboursé.',
    wentBack_contribution: 'Votre contribution de {{amount}} a été remboursée.',
    more: 'Votre banque peut mettre jusqu’à dix jours à l’afficher.',
  },
  returned: {
    title: 'Votre banque a repris le versement',
    wentBack_donation: 'Votre don de {{amount}} vous est revenu par votre banque.',
    wentBack_contribution: 'Votre contribution de {{amount}} vous est revenue par votre banque.',
    more: 'Vous n’avez rien d’autre à faire.',
  },
  cancelled: {
    title: 'Votre versement régulier est arrêté',
    stopped: {
      monthly_donation: 'Votre don mensuel de {{amount}} est arrêté. Plus rien ne sera débité.',
      monthly_contribution:
        'Votre contribution mensuelle de {{amount}} est arrêtée. Plus rien ne sera débité.',
      yearly_donation: 'Votre don annuel de {{amount}} est arrêté. Plus rien ne sera débité.',
      yearly_contribution: 'Votre contribution annuelle de {{amount}} est arrêtée. Plus rien ne sera débité.',
    },
    thanks: 'Merci pour chacun de vos versements.',
  },
  expired: {
    title: 'La page de paiement s’est fermée',
    closed: 'Elle est restée ouverte trop longtemps et s’est fermée. Rien n’a été débité.',
    again: 'Recommencer',
  },
  failed: {
    title: 'Le paiement n’a pas abouti',
    notReceived_donation: 'Votre banque n’a pas effectué le paiement : nous n’avons pas reçu votre don.',
    notReceived_contribution:
      'Votre banque n’a pas effectué le paiement : nous n’avons pas reçu votre contribution.',
    otherCard: 'Cela arrive, et souvent une autre carte ou un autre compte fonctionne. Merci d’avoir essayé.',
    again: 'Réessayer',
  },
  unknown: {
    title: 'Nous ne connaissons pas ce paiement',
    address: 'L’adresse est peut-être incomplète, ou très ancienne.',
    receiptByMail:
      'Si vous avez payé, votre reçu arrive de toute façon par e-mail : il ne dépend pas de cette page.',
    start: 'Aller au début',
  },
  backTo: 'Retour à {{article}}',
  backToArticle: 'Retour à l’article',
  stayInTouch: 'Restons en contact',
  lookAgain: 'Vérifier à nouveau',
  newsletter: 'Recevoir notre lettre d’information',
  questions: 'Si vous avez une question, écrivez à {{email}}.',
} as const
