import { thankYou } from './thank-you.ts'

export const reader = {
  gift: {
    invitation_donation: 'Faites un don à {{newsroom}}',
    invitation_contribution: 'Soutenez {{newsroom}}',
    product_donation: 'Don à {{newsroom}}',
    product_contribution: 'Contribution à {{newsroom}}',
    parts: '{{gift}}, et {{fee}} pour couvrir les frais de paiement',
    promise: {
      monthly:
        'Vous donnez {{amount}} maintenant, puis chaque mois jusqu’à ce que vous arrêtiez. Si vous payez le {{today}}, le prochain paiement aura lieu le {{next}}. Vous pouvez arrêter à tout moment grâce au lien présent dans chaque reçu que nous vous envoyons par e-mail.',
      yearly:
        'Vous donnez {{amount}} maintenant, puis chaque année jusqu’à ce que vous arrêtiez. Si vous payez le {{today}}, le prochain paiement aura lieu le {{next}}. Vous pouvez arrêter à tout moment grâce au lien présent dans chaque reçu que nous vous envoyons par e-mail.',
    },
  },
  language: 'Langue',
  donate: {
    reading: 'Le lien vers cette page mentionne un article sur {{site}} : « {{article}} »',
    currency: 'Devise',
    currencyOption: '{{name}} ({{code}})',
    changeCurrency: 'Changer de devise',
    amount: 'Montant',
    otherAmount: 'Autre',
    ownAmount: 'Montant libre en {{currency}}',
    howOften: 'À quelle fréquence',
    frequency: { once: 'Une fois', monthly: 'Par mois', yearly: 'Par an' },
    message: 'Message à la rédaction',
    optional: '(facultatif)',
    submit: 'Continuer vers le paiement',
    howYouPay:
      'Vous payez sur une page sécurisée de Stripe. Votre numéro de carte ne nous parvient jamais. Vous recevez un reçu par e-mail ; pour un versement mensuel ou annuel, un reçu à chaque paiement.',
    give: {
      once_donation: 'Faire un don de {{amount}}',
      once_contribution: 'Donner {{amount}}',
      monthly_donation: 'Faire un don de {{amount}} par mois',
      monthly_contribution: 'Donner {{amount}} par mois',
      yearly_donation: 'Faire un don de {{amount}} par an',
      yearly_contribution: 'Donner {{amount}} par an',
    },
    coverFees: 'Ajouter {{fee}} pour couvrir les frais de Stripe',
    coverOwnFees: 'Ajouter les frais de Stripe. La page suivante en indique le montant.',
    trust: 'Paiement sécurisé par Stripe',
    payBy: { card: 'carte', bank: 'banque' },
    recurs: 'Prochain paiement : {{next}}. Arrêtez quand vous voulez avec le lien de chaque reçu.',
    inCurrency: 'En {{currency}}.',
    addMessage: 'Ajouter un message à la rédaction',
    currencyChanged: 'Les montants sont maintenant en {{currency}}. Rien n’a été débité.',
    tax: {
      for_profit: 'Les contributions à {{newsroom}} ne sont pas déductibles des impôts.',
      charity:
        '{{newsroom}} est un organisme caritatif, numéro fiscal {{taxId}}. Les dons sont déductibles des impôts dans les limites de la loi.',
      fiscally_sponsored:
        '{{newsroom}} est sous le parrainage fiscal de {{sponsor}}. Les dons sont déductibles des impôts dans les limites de la loi.',
      elsewhere: {
        charity:
          '{{newsroom}} est un organisme caritatif, numéro fiscal {{taxId}}. La possibilité de déduire un don dépend de la loi de votre pays.',
        fiscally_sponsored:
          '{{newsroom}} est sous le parrainage fiscal de {{sponsor}}. La possibilité de déduire un don dépend de la loi de votre pays.',
      },
    },
    backFrom: {
      open: 'Vous voici de retour sans avoir payé. Rien n’a été débité, et votre choix est conservé.',
      expired: 'La page de paiement s’est fermée. Rien n’a été débité, et votre choix est conservé.',
      failed: 'Le paiement n’a pas abouti. Vous pouvez réessayer ; votre choix est conservé.',
    },
    problem: {
      coverFees: 'Les frais ne peuvent pas être ajoutés à ce versement. Veuillez décocher la case.',
      notNow:
        'La page de paiement n’a pas pu s’ouvrir. Rien n’a été débité, et rien de ce que vous avez saisi n’est perdu. Veuillez réessayer dans un instant.',
      offline: 'Vous êtes hors ligne. Rien n’a été débité, et rien de ce que vous avez saisi n’est perdu.',
      tooMany:
        'Cela fait beaucoup de tentatives. Rien n’a été débité, et rien de ce que vous avez saisi n’est perdu. Veuillez patienter une minute.',
      amount: 'Veuillez choisir un montant.',
      ownAmount: 'Veuillez saisir un montant.',
      currency: 'Il n’est pas possible de donner dans cette devise ici. Veuillez en choisir une autre.',
      frequency: 'Veuillez choisir à quelle fréquence vous souhaitez donner.',
      message: 'Le message peut avoir {{most}} caractères au plus, sans caractères de contrôle.',
      other: 'Le formulaire contient une erreur. Veuillez le vérifier et l’envoyer à nouveau.',
      pageClosed:
        'La page de paiement de ce formulaire s’est fermée. Veuillez envoyer le formulaire à nouveau.',
    },
  },
  purpose: 'Chaque versement finance un journalisme que tout le monde peut lire.',
  thankYou,
  share: {
    heading: 'Partagez l’article',
    button: 'Partager',
    mail: 'E-mail',
    whatsapp: 'WhatsApp',
    facebook: 'Facebook',
    bluesky: 'Bluesky',
  },
  challenge: {
    title: 'Un instant, s’il vous plaît',
    lead: 'Nous vérifions que vous êtes une personne et non un programme. La page de paiement s’ouvre ensuite.',
    wait_one: 'Le bouton apparaît dans {{count}} seconde.',
    wait_many: 'Le bouton apparaît dans {{count}} de secondes.',
    wait_other: 'Le bouton apparaît dans {{count}} secondes.',
    continue: 'Continuer vers le paiement',
    why: 'Des programmes essaient des cartes volées sur les pages de don, et cette étape les en empêche. Rien n’a été débité, et rien de ce que vous avez saisi n’est perdu.',
    failed: 'Cela prend un peu plus de temps que d’habitude. Le bouton apparaît dans un instant.',
  },
  protection: {
    givingIsOff:
      'Nous ne pouvons pas recevoir de versement en ce moment. Rien n’a été débité. Veuillez revenir un peu plus tard.',
    challenge: 'Il reste une étape avant l’ouverture de la page de paiement. Rien n’a été débité.',
    unverifiable:
      'Nous n’avons pas pu vérifier que vous n’êtes pas un programme. Rien n’a été débité. Veuillez réessayer dans une minute.',
  },
  receipt: {
    download: 'Télécharger en PDF',
    notFound: 'Il n’y a pas de reçu à cette adresse.',
  },
  goal: {
    sum: '{{raised}} récoltés sur {{goal}}',
    until: 'Jusqu’au {{day}}',
    over: 'Cette collecte a pris fin le {{day}}.',
    matching: '{{words}} Le complément va jusqu’à {{amount}} et n’est pas compté dans la barre.',
    give: 'Donner maintenant',
    unknown: 'Cette collecte n’existe pas ou a été retirée.',
  },
  source: {
    title: 'Le code source de ce service',
    licence:
      'Ce service est un logiciel libre, sous licence publique générale GNU Affero, version 3 ou ultérieure. Toute personne qui l’utilise peut en obtenir le code source.',
    ask: 'Écrivez à {{email}} et nous vous enverrons le code source de la version utilisée ici.',
  },
  verify: {
    title: 'Vérifier un reçu',
    lead: 'Saisissez le numéro et le code de vérification qui figurent sur le reçu.',
    code: 'Code de vérification',
    submit: 'Vérifier',
    privacy: 'Cette page ne montre ni le nom ni l’adresse de la personne qui a donné.',
    genuine: 'Ce reçu est authentique.',
    unknown: {
      title: 'Ce numéro et ce code ne vont pas ensemble.',
      how: 'Comparez-les avec le reçu, lettre par lettre. S’ils sont justes, ce reçu n’est pas l’un des nôtres.',
    },
    status: {
      valid: 'Il est valable.',
      replaced_after_return: 'Une partie a été rendue plus tard : un autre reçu remplace celui-ci.',
      replaced: 'Un reçu plus récent remplace celui-ci.',
      returned: 'Le montant a été intégralement rendu : ce reçu n’est plus valable.',
      void: 'Il a été annulé et n’est plus valable.',
    },
  },
  error: {
    malformed: {
      title: 'Cela n’a pas fonctionné',
      text: 'La demande contient une erreur.',
    },
    unauthenticated: {
      title: 'Veuillez vous connecter',
      text: 'Cette page est réservée au personnel connecté.',
    },
    forbidden: { title: 'Accès refusé', text: 'Cette page ne vous est pas ouverte.' },
    notFound: {
      title: 'Page introuvable',
      text: 'Il n’y a rien à cette adresse. Elle est peut-être mal saisie ou périmée.',
    },
    conflict: {
      title: 'Ce n’est pas possible',
      text: 'Ce formulaire a déjà été envoyé avec un autre contenu. Veuillez recommencer.',
    },
    tooLarge: { title: 'Trop long', text: 'L’envoi est plus grand que ce que nous acceptons.' },
    unsupportedMediaType: {
      title: 'Cela n’a pas fonctionné',
      text: 'L’envoi est d’un type que nous n’acceptons pas.',
    },
    tooManyRequests: { title: 'Trop de tentatives', text: 'Veuillez patienter une minute, puis réessayer.' },
    ours: {
      title: 'Quelque chose s’est mal passé de notre côté',
      text: 'Vous n’y êtes pour rien, et l’incident a été noté. Veuillez réessayer dans un instant.',
    },
    unavailable: {
      title: 'Indisponible pour le moment',
      text: 'Un service dont nous dépendons ne répond pas en ce moment. Veuillez réessayer dans une minute.',
    },
    status: 'Erreur {{status}}.',
    statusAndId: 'Erreur {{status}}, référence {{id}}. Veuillez l’indiquer si vous nous écrivez.',
  },
} as const
