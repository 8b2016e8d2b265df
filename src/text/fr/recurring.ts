export const recurring = {
  mail: {
    failed: {
      subject_monthly: 'Votre soutien mensuel à {{newsroom}} n’a pas pu être débité',
      subject_yearly: 'Votre soutien annuel à {{newsroom}} n’a pas pu être débité',
      lead_monthly: 'Votre soutien mensuel de {{amount}} à {{newsroom}} n’a pas pu être débité.',
      lead_yearly: 'Votre soutien annuel de {{amount}} à {{newsroom}} n’a pas pu être débité.',
      card: 'La banque n’a pas accepté le paiement par votre carte {{brand}} se terminant par {{last4}}.',
      retry:
        'Une nouvelle tentative aura lieu le {{date}}. Si la carte fonctionne d’ici là, vous n’avez rien à faire. Sinon, veuillez en choisir une autre :',
      noRetry:
        'Il n’y aura pas de nouvelle tentative automatique. Veuillez choisir une autre carte si vous souhaitez continuer :',
      button: 'Choisir une autre carte',
      stop: 'Si vous préférez arrêter votre soutien, vous pouvez le faire sur la même page.',
    },
    cardExpires: {
      subject_monthly: 'La carte de votre soutien mensuel à {{newsroom}} expire bientôt',
      subject_yearly: 'La carte de votre soutien annuel à {{newsroom}} expire bientôt',
      lead_monthly:
        'Le prochain débit de votre soutien mensuel de {{amount}} à {{newsroom}} aura lieu le {{date}}. Votre carte {{brand}} se terminant par {{last4}} n’est valable que jusqu’à fin {{month}}.',
      lead_yearly:
        'Le prochain débit de votre soutien annuel de {{amount}} à {{newsroom}} aura lieu le {{date}}. Votre carte {{brand}} se terminant par {{last4}} n’est valable que jusqu’à fin {{month}}.',
      what: 'Si votre banque vous a envoyé une nouvelle carte, veuillez l’indiquer ici :',
      button: 'Changer de carte',
      stop: 'Si vous préférez arrêter votre soutien, vous pouvez le faire sur la même page.',
    },
    stopped: {
      subject_monthly: 'Votre soutien mensuel à {{newsroom}} est arrêté',
      subject_yearly: 'Votre soutien annuel à {{newsroom}} est arrêté',
      byDonor_monthly: 'Vous avez arrêté votre soutien mensuel de {{amount}} à {{newsroom}}.',
      byDonor_yearly: 'Vous avez arrêté votre soutien annuel de {{amount}} à {{newsroom}}.',
      byFailure_monthly:
        'Votre soutien mensuel de {{amount}} à {{newsroom}} a pris fin, car le paiement a échoué plusieurs fois.',
      byFailure_yearly:
        'Votre soutien annuel de {{amount}} à {{newsroom}} a pris fin, car le paiement a échoué plusieurs fois.',
      elsewhere_monthly:
        'Votre soutien mensuel de {{amount}} à {{newsroom}} a été arrêté sur les pages de Stripe, qui gère nos paiements : par vous, ou par notre équipe.',
      elsewhere_yearly:
        'Votre soutien annuel de {{amount}} à {{newsroom}} a été arrêté sur les pages de Stripe, qui gère nos paiements : par vous, ou par notre équipe.',
      nothing: 'Plus rien ne sera débité.',
      until: 'Plus rien ne sera débité. Ce que vous avez donné compte jusqu’au {{date}}.',
      thanks: 'Merci pour votre soutien. Il nous a aidés à continuer d’informer.',
      button: 'Donner à nouveau',
      unexpected: 'Si ce n’était pas votre souhait, il suffit de répondre à cet e-mail.',
    },
    reminder: {
      subject: 'Votre soutien annuel à {{newsroom}} est renouvelé le {{date}}',
      lead: 'Votre soutien annuel à {{newsroom}} est renouvelé le {{date}} pour une année de plus. {{amount}} seront alors débités.',
      fromCard:
        'Votre soutien annuel à {{newsroom}} est renouvelé le {{date}} pour une année de plus. {{amount}} seront alors débités sur votre carte {{brand}} se terminant par {{last4}}.',
      nothing:
        'Si vous souhaitez continuer, vous n’avez rien à faire. Vous pouvez changer de carte ou arrêter votre soutien ici :',
      button: 'Voir ou arrêter mon soutien',
    },
    changed: {
      subject_monthly: 'Le montant de votre soutien mensuel à {{newsroom}} a changé',
      subject_yearly: 'Le montant de votre soutien annuel à {{newsroom}} a changé',
      lead_monthly: 'Votre soutien mensuel à {{newsroom}} est désormais de {{amount}}.',
      lead_yearly: 'Votre soutien annuel à {{newsroom}} est désormais de {{amount}}.',
      from: 'Le nouveau montant sera débité pour la première fois le {{date}}.',
    },
    paused: {
      subject_monthly: 'Votre soutien mensuel à {{newsroom}} est en pause',
      subject_yearly: 'Votre soutien annuel à {{newsroom}} est en pause',
      lead_monthly: 'Votre soutien mensuel de {{amount}} à {{newsroom}} est en pause.',
      lead_yearly: 'Votre soutien annuel de {{amount}} à {{newsroom}} est en pause.',
      until: 'Rien n’est débité avant le {{date}}. Ensuite, il reprend de lui-même.',
      open: 'Rien n’est débité avant que vous ne repreniez.',
      button: 'Voir ou reprendre mon soutien',
    },
    resumed: {
      subject_monthly: 'Votre soutien mensuel à {{newsroom}} reprend',
      subject_yearly: 'Votre soutien annuel à {{newsroom}} reprend',
      lead_monthly:
        'La pause est terminée : votre soutien mensuel de {{amount}} à {{newsroom}} reprend. Merci !',
      lead_yearly:
        'La pause est terminée : votre soutien annuel de {{amount}} à {{newsroom}} reprend. Merci !',
    },
    refused: {
      subject: 'Votre banque n’a pas payé votre versement à {{newsroom}}',
      lead: 'Vous vouliez donner {{amount}} à {{newsroom}} depuis votre compte bancaire. Votre banque vient de refuser le paiement ; rien n’a donc été donné.',
      why: 'Cela arrive, par exemple quand un numéro de compte est mal saisi ou que le solde ne suffisait pas. Si vous souhaitez toujours donner, un autre compte ou une carte fonctionne souvent :',
      button: 'Réessayer',
    },
    questions: 'Si vous avez une question, il suffit de répondre à cet e-mail.',
  },
  receipt: {
    first_monthly: 'Ceci est le premier paiement de votre soutien mensuel.',
    first_yearly: 'Ceci est le premier paiement de votre soutien annuel.',
    renewal_monthly: 'Ceci est un renouvellement de votre soutien mensuel.',
    renewal_yearly: 'Ceci est un renouvellement de votre soutien annuel.',
    next: 'Le prochain paiement aura lieu le {{date}}.',
    last: 'Il est arrêté : il n’y aura pas d’autre paiement.',
    stop: 'Vous pouvez changer de carte ou arrêter votre soutien à tout moment :',
    link: 'Voir ou arrêter mon soutien',
    takenBack:
      'Votre banque a repris le paiement après l’avoir confirmé. Si vous ne l’avez pas demandé, votre banque peut vous dire pourquoi.',
  },
  page: {
    title_monthly: 'Votre soutien mensuel',
    title_yearly: 'Votre soutien annuel',
    lead_monthly: 'Vous donnez {{amount}} à {{newsroom}} chaque mois. Merci !',
    lead_yearly: 'Vous donnez {{amount}} à {{newsroom}} chaque année. Merci !',
    unknownAmount: 'Vous donnez régulièrement à {{newsroom}}. Merci !',
    next: 'Prochain paiement',
    card: 'Payé avec',
    cardWords: 'Carte {{brand}} se terminant par {{last4}}, valable jusqu’à {{month}}',
    began: 'Tout a commencé avec',
    failed: 'Le dernier paiement n’a pas pu être débité.',
    retry: 'Une nouvelle tentative aura lieu le {{date}}.',
    pay: 'Payer maintenant',
    change: 'Utiliser une autre carte',
    stop_monthly: 'Arrêter le soutien mensuel',
    stop_yearly: 'Arrêter le soutien annuel',
    afterStop:
      'Plus rien n’est débité une fois que vous avez arrêté. Vous gardez les reçus de tout ce que vous avez donné.',
    stopped: {
      title_monthly: 'Votre soutien mensuel est arrêté',
      title_yearly: 'Votre soutien annuel est arrêté',
      nothing: 'Plus rien ne sera débité. Merci pour votre soutien.',
      until:
        'Plus rien ne sera débité. Ce que vous avez donné compte jusqu’au {{date}}. Merci pour votre soutien.',
      mail: 'Nous vous le confirmons par e-mail.',
      again: 'Donner à nouveau',
    },
    amount: {
      change: 'Modifier le montant',
      label: 'Nouveau montant en {{currency}}',
      hint: 'Il est débité à partir du prochain paiement.',
      save: 'Enregistrer',
    },
    pause: {
      title: 'Faire une pause',
      hint: 'Rien n’est débité entre-temps. Ensuite, il reprend de lui-même.',
      months_one: '{{count}} mois',
      months_many: '{{count}} de mois',
      months_other: '{{count}} mois',
      resume: 'Reprendre maintenant',
      pausedUntil: 'En pause jusqu’au {{date}}. Rien n’est débité avant.',
      paused: 'En pause. Rien n’est débité avant que vous ne repreniez.',
    },
    notChanged:
      'La modification n’a pas pu être faite, car Stripe ne répond pas. Veuillez réessayer dans une minute.',
    notStopped:
      'L’arrêt n’a pas pu se faire à l’instant, car Stripe ne répond pas. Veuillez réessayer dans une minute.',
    noCardPage:
      'La page pour une autre carte n’a pas pu s’ouvrir à l’instant, car Stripe ne répond pas. Veuillez réessayer dans une minute.',
    notFound: 'Il n’y a pas de soutien régulier à cette adresse. Elle a peut-être été coupée en chemin.',
    questions: 'Des questions ? Écrivez à {{email}}.',
  },
} as const
