/** French: what a donor may write after paying, and the public list of supporters. */
export const supporters = {
  consent:
    'Oui, {{newsroom}} peut montrer ceci dans sa liste publique de soutiens. Je peux le retirer à tout moment sur la page de mes contributions.',
  word: {
    heading: 'Un mot pour {{newsroom}}',
    lead: 'Les personnes qui font {{newsroom}} le lisent.',
    message: 'Votre message',
    name: 'Prénom, tel que la liste le montre',
    nameHint: 'Laissez ce champ vide pour apparaître comme « Anonyme ».',
    town: 'Commune',
    optional: 'facultatif',
    anonymousHint:
      'Vous avez demandé que votre nom ne figure dans aucune liste : vous apparaissez comme « Anonyme ».',
    send: 'Envoyer',
    sent: 'Merci. Nous l’avons bien reçu.',
    sentHint: 'Il apparaîtra dans la liste quand quelqu’un de la rédaction l’aura approuvé.',
  },
  list: {
    title: 'Ils et elles soutiennent {{newsroom}}',
    none: 'Personne n’est encore sur la liste.',
    anonymous: 'Anonyme',
    nameOfTown: '{{name}}, {{town}}',
    give: 'Soutenir {{newsroom}}',
  },
  my: {
    heading: 'Liste des soutiens',
    since: 'Le {{date}}, vous avez accepté d’apparaître dans la liste publique des soutiens.',
    withdraw: 'Me retirer de la liste',
    withdrawn: 'Vous n’êtes plus sur la liste des soutiens.',
  },
} as const
