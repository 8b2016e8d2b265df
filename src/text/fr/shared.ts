export const shared = {
  skipToContent: 'Aller au contenu',
  errorTitle: 'Erreur : {{title}}',
  testMode: 'Ceci est un test. Aucun argent ne circule et les reçus ne sont pas valables.',
  checkTheForm: 'Veuillez vérifier le formulaire',
  sourceCode: 'Logiciel libre : son code source',
} as const
