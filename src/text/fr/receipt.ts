export const receipt = {
  title: 'Reçu {{number}}',
  number: 'Numéro du reçu',
  date: 'Date',
  amount: 'Montant',
  amountWithFee: '{{amount}}, dont {{fee}} couvrent les frais de paiement',
  charged: 'Montant débité',
  kind: 'Nature',
  from: 'De',
  to: 'À',
  toSponsor: '{{sponsor}}, pour le travail de {{newsroom}}',
  replaces: 'Remplace le reçu',
  once_donation: 'Don ponctuel',
  once_contribution: 'Contribution ponctuelle',
  monthly_donation: 'Don mensuel',
  monthly_contribution: 'Contribution mensuelle',
  yearly_donation: 'Don annuel',
  yearly_contribution: 'Contribution annuelle',
  voided: 'Ce reçu a été annulé et n’est plus valable.',
  voidedAndReplaced: 'Ce reçu a été annulé et remplacé par le reçu {{number}}.',
  returned: 'Le versement a été intégralement rendu. Ce reçu n’est plus valable.',
  proof: {
    code: 'Code de vérification {{code}}',
    how: 'Chacun peut vérifier que ce reçu est authentique : pointez un appareil photo vers l’image, ou allez sur {{page}} et saisissez le numéro et le code. La page ne montre ni nom ni adresse.',
    picture: 'Code QR qui ouvre la page où l’on peut vérifier ce reçu',
    link: 'Vérifier que ce reçu est authentique',
  },
  acknowledgment:
    'Ceci est l’attestation écrite que la loi américaine exige pour un don de 250 dollars ou plus (article 170(f)(8) de l’Internal Revenue Code). Merci de la conserver avec vos documents fiscaux.',
  questions: 'Une question sur ce reçu ? Écrivez à {{email}}.',
  cannotDraw:
    'Certaines lettres ne peuvent pas être dessinées dans ce document. La page du reçu les affiche.',
  statement: {
    for_profit:
      '{{newsroom}} n’est pas un organisme caritatif. Votre contribution soutient son journalisme et n’est pas déductible des impôts en tant que don caritatif.',
    charity:
      '{{newsroom}} est un organisme caritatif, exonéré d’impôt au titre de l’article 501(c)(3) du code fiscal américain (Internal Revenue Code){{taxId}}. Votre don est déductible des impôts dans les limites prévues par la loi. Aucun bien ni service n’a été fourni en échange.',
    fiscally_sponsored:
      '{{newsroom}} est un projet de son parrain fiscal, {{sponsor}}{{taxId}}. Votre don a été fait à ce parrain pour le travail de {{newsroom}} et est déductible des impôts dans les limites prévues par la loi. Aucun bien ni service n’a été fourni en échange.',
    elsewhere: {
      charity:
        '{{newsroom}} est un organisme caritatif{{taxId}}. La possibilité de déduire votre don de vos impôts dépend de la loi du pays où vous êtes imposable. Aucun bien ni service n’a été fourni en échange.',
      fiscally_sponsored:
        '{{newsroom}} est un projet de son parrain fiscal, {{sponsor}}{{taxId}}. Votre don a été fait à ce parrain pour le travail de {{newsroom}}. La possibilité de le déduire de vos impôts dépend de la loi du pays où vous êtes imposable. Aucun bien ni service n’a été fourni en échange.',
    },
    taxId: ', numéro fiscal {{taxId}}',
  },
} as const
