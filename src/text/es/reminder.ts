/** Spanish: the one reminder of a gift that was not finished. */
export const reminder = {
  consent:
    'Sí, {{newsroom}} puede recordarme una sola vez por correo electrónico si no termino esta aportación.',
  form: {
    offer: 'Recordármelo si no termino',
    email: 'Su correo electrónico para el recordatorio',
    problem: 'Escriba su correo electrónico, por ejemplo nombre@example.org, o desmarque el recordatorio.',
  },
  mail: {
    subject: 'Su aportación a {{newsroom}} no está terminada',
    lead: 'Usted empezó una aportación a {{newsroom}} y nos pidió que se lo recordáramos una vez si no la terminaba. No se cobró nada. Lo que eligió sigue ahí:',
    button: 'Continuar con mi aportación',
    once: 'Este es el único recordatorio.',
    stop: 'No quiero recordatorios',
  },
  stop: {
    title: 'Recordatorios de aportaciones sin terminar',
    ask: 'No volverá a recibir recordatorios de una aportación que no terminó.',
    button: 'No quiero recordatorios',
    doneTitle: 'Hecho',
    done: 'No recibirá recordatorios. Gracias por leernos.',
    unknown: 'Este enlace no está completo. Ábralo desde el correo electrónico.',
    give: 'Apoyar a {{newsroom}}',
  },
} as const
