export const amount = {
  missing: 'Veuillez saisir un montant.',
  unreadable: 'Écrivez le montant en chiffres, par exemple 5 ou 5,00.',
  ambiguous: 'On ne voit pas où commencent les décimales. Écrivez 1000 pour mille, 1,00 pour un.',
  otherCurrency:
    'Ce formulaire accepte les montants dans la devise suivante : {{currency}}. Vous avez écrit : {{typed}}.',
  noDecimals: '{{currency}} n’a pas de décimales.',
  tooManyDecimals: '{{currency}} a au plus {{decimals}} décimales.',
  notPositive: 'Le montant doit être supérieur à zéro.',
  tooSmall: 'Le montant minimal est de {{limit}}.',
  refusedTooSmall: 'Ce montant est trop petit.',
  currencyRefused:
    'Nous ne pouvons pas accepter {{currency}} pour le moment. Veuillez choisir une autre devise.',
  tooLarge: 'Le montant maximal est de {{limit}}.',
  notAMultiple: 'En {{currency}}, le montant doit être un multiple de {{limit}}.',
  tooManyDigits: 'Ce montant est trop élevé.',
} as const
