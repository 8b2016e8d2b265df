/** French: the one reminder of a gift that was not finished. */
export const reminder = {
  consent:
    'Oui, {{newsroom}} peut me le rappeler une seule fois par e-mail si je ne termine pas cette contribution.',
  form: {
    offer: 'Me le rappeler si je ne termine pas',
    email: 'Votre adresse e-mail pour le rappel',
    problem: 'Écrivez votre adresse e-mail, par exemple nom@example.org, ou décochez le rappel.',
  },
  mail: {
    subject: 'Votre contribution à {{newsroom}} n’est pas terminée',
    lead: 'Vous avez commencé une contribution à {{newsroom}} et demandé un seul rappel si vous ne la terminiez pas. Rien n’a été débité. Votre choix est encore rempli :',
    button: 'Poursuivre ma contribution',
    once: 'Ceci est le seul rappel.',
    stop: 'Ne pas me le rappeler',
  },
  stop: {
    title: 'Rappels des contributions inachevées',
    ask: 'Vous ne recevrez plus de rappel d’une contribution que vous n’avez pas terminée.',
    button: 'Ne pas me le rappeler',
    doneTitle: 'C’est fait',
    done: 'Vous ne recevrez pas de rappel. Merci de nous lire.',
    unknown: 'Ce lien est incomplet. Ouvrez-le depuis l’e-mail.',
    give: 'Soutenir {{newsroom}}',
  },
} as const
