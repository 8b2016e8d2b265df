/** Spanish: what a donor may write after paying, and the public list of supporters. */
export const supporters = {
  consent:
    'Sí, {{newsroom}} puede mostrar esto en su lista pública de personas que la apoyan. Puedo retirarlo en cualquier momento en la página de mis aportaciones.',
  word: {
    heading: 'Unas palabras para {{newsroom}}',
    lead: 'Las leen las personas que hacen {{newsroom}}.',
    message: 'Su mensaje',
    name: 'Nombre de pila, tal como aparece en la lista',
    nameHint: 'Déjelo vacío para aparecer como «Anónimo».',
    town: 'Localidad',
    optional: 'opcional',
    anonymousHint: 'Pidió que su nombre no figure en listas, así que aparece como «Anónimo».',
    send: 'Enviar',
    sent: 'Gracias. Lo hemos recibido.',
    sentHint: 'Aparecerá en la lista cuando alguien de la redacción lo haya aprobado.',
  },
  list: {
    title: 'Apoyan a {{newsroom}}',
    none: 'Todavía no hay nadie en la lista.',
    anonymous: 'Anónimo',
    nameOfTown: '{{name}}, {{town}}',
    give: 'Apoyar a {{newsroom}}',
  },
  my: {
    heading: 'Lista de personas que apoyan',
    since: 'El {{date}} aceptó aparecer en la lista pública de personas que apoyan.',
    withdraw: 'Quitarme de la lista',
    withdrawn: 'Ya no figura en la lista de personas que apoyan.',
  },
} as const
