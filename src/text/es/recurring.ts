export const recurring = {
  mail: {
    failed: {
      subject_monthly: 'No se pudo cobrar su aportación mensual a {{newsroom}}',
      subject_yearly: 'No se pudo cobrar su aportación anual a {{newsroom}}',
      lead_monthly: 'No se pudo cobrar su aportación mensual de {{amount}} a {{newsroom}}.',
      lead_yearly: 'No se pudo cobrar su aportación anual de {{amount}} a {{newsroom}}.',
      card: 'El banco no aceptó el pago con su tarjeta {{brand}} terminada en {{last4}}.',
      retry:
        'Se intentará de nuevo el {{date}}. Si para entonces la tarjeta funciona, no tiene que hacer nada. Si no, elija otra:',
      noRetry: 'No se volverá a intentar automáticamente. Elija otra tarjeta si quiere seguir aportando:',
      button: 'Elegir otra tarjeta',
      stop: 'Si prefiere detener la aportación, puede hacerlo en la misma página.',
    },
    cardExpires: {
      subject_monthly: 'La tarjeta de su aportación mensual a {{newsroom}} caduca pronto',
      subject_yearly: 'La tarjeta de su aportación anual a {{newsroom}} caduca pronto',
      lead_monthly:
        'El próximo cobro de su aportación mensual de {{amount}} a {{newsroom}} será el {{date}}. Su tarjeta {{brand}} terminada en {{last4}} solo es válida hasta el final de {{month}}.',
      lead_yearly:
        'El próximo cobro de su aportación anual de {{amount}} a {{newsroom}} será el {{date}}. Su tarjeta {{brand}} terminada en {{last4}} solo es válida hasta el final de {{month}}.',
      what: 'Si su banco le ha enviado una tarjeta nueva, indíquela aquí:',
      button: 'Cambiar la tarjeta',
      stop: 'Si prefiere detener la aportación, puede hacerlo en la misma página.',
    },
    stopped: {
      subject_monthly: 'Su aportación mensual a {{newsroom}} se ha detenido',
      subject_yearly: 'Su aportación anual a {{newsroom}} se ha detenido',
      byDonor_monthly: 'Usted ha detenido su aportación mensual de {{amount}} a {{newsroom}}.',
      byDonor_yearly: 'Usted ha detenido su aportación anual de {{amount}} a {{newsroom}}.',
      byFailure_monthly:
        'Su aportación mensual de {{amount}} a {{newsroom}} ha terminado porque el pago falló varias veces.',
      byFailure_yearly:
        'Su aportación anual de {{amount}} a {{newsroom}} ha terminado porque el pago falló varias veces.',
      elsewhere_monthly:
        'Su aportación mensual de {{amount}} a {{newsroom}} se detuvo en las páginas de Stripe, que gestiona nuestros pagos: lo hizo usted o nuestro personal.',
      elsewhere_yearly:
        'Su aportación anual de {{amount}} a {{newsroom}} se detuvo en las páginas de Stripe, que gestiona nuestros pagos: lo hizo usted o nuestro personal.',
      nothing: 'No se cobrará nada más.',
      until: 'No se cobrará nada más. Lo que ha aportado cuenta hasta el {{date}}.',
      thanks: 'Gracias por su apoyo. Nos ha ayudado a seguir informando.',
      button: 'Aportar de nuevo',
      unexpected: 'Si no lo deseaba, basta con responder a este correo electrónico.',
    },
    reminder: {
      subject: 'Su aportación anual a {{newsroom}} se renueva el {{date}}',
      lead: 'Su aportación anual a {{newsroom}} se renueva el {{date}} por un año más. Entonces se cobrarán {{amount}}.',
      fromCard:
        'Su aportación anual a {{newsroom}} se renueva el {{date}} por un año más. Entonces se cobrarán {{amount}} en su tarjeta {{brand}} terminada en {{last4}}.',
      nothing:
        'Si quiere seguir aportando, no tiene que hacer nada. Aquí puede cambiar la tarjeta o detener la aportación:',
      button: 'Ver o detener la aportación',
    },
    changed: {
      subject_monthly: 'Su aportación mensual a {{newsroom}} tiene un nuevo importe',
      subject_yearly: 'Su aportación anual a {{newsroom}} tiene un nuevo importe',
      lead_monthly: 'Su aportación mensual a {{newsroom}} es de {{amount}} a partir de ahora.',
      lead_yearly: 'Su aportación anual a {{newsroom}} es de {{amount}} a partir de ahora.',
      from: 'El nuevo importe se cobrará por primera vez el {{date}}.',
    },
    paused: {
      subject_monthly: 'Su aportación mensual a {{newsroom}} está en pausa',
      subject_yearly: 'Su aportación anual a {{newsroom}} está en pausa',
      lead_monthly: 'Su aportación mensual de {{amount}} a {{newsroom}} está en pausa.',
      lead_yearly: 'Su aportación anual de {{amount}} a {{newsroom}} está en pausa.',
      until: 'No se cobra nada antes del {{date}}. Después continúa sola.',
      open: 'No se cobra nada hasta que usted la reanude.',
      button: 'Ver la aportación o reanudarla',
    },
    resumed: {
      subject_monthly: 'Su aportación mensual a {{newsroom}} continúa',
      subject_yearly: 'Su aportación anual a {{newsroom}} continúa',
      lead_monthly:
        'La pausa ha terminado: su aportación mensual de {{amount}} a {{newsroom}} continúa. ¡Gracias!',
      lead_yearly:
        'La pausa ha terminado: su aportación anual de {{amount}} a {{newsroom}} continúa. ¡Gracias!',
    },
    refused: {
      subject: 'Su banco no pagó su aportación a {{newsroom}}',
      lead: 'Usted quiso aportar {{amount}} a {{newsroom}} desde su cuenta bancaria. Su banco ha rechazado ahora el pago, así que no se ha aportado nada.',
      why: 'Ocurre, por ejemplo, cuando un número de cuenta está mal escrito o no había saldo suficiente. Si aún quiere aportar, a menudo funciona otra cuenta o una tarjeta:',
      button: 'Intentar de nuevo',
    },
    questions: 'Si tiene alguna pregunta, basta con responder a este correo electrónico.',
  },
  receipt: {
    first_monthly: 'Este es el primer pago de su aportación mensual.',
    first_yearly: 'Este es el primer pago de su aportación anual.',
    renewal_monthly: 'Esta es una renovación de su aportación mensual.',
    renewal_yearly: 'Esta es una renovación de su aportación anual.',
    next: 'El próximo pago será el {{date}}.',
    last: 'Se ha detenido, por lo que no habrá más pagos.',
    stop: 'Puede cambiar la tarjeta o detener la aportación cuando quiera:',
    link: 'Ver o detener la aportación',
    takenBack:
      'Su banco retiró el pago después de haberlo confirmado. Si usted no lo pidió, su banco puede decirle por qué.',
  },
  page: {
    title_monthly: 'Su aportación mensual',
    title_yearly: 'Su aportación anual',
    lead_monthly: 'Usted aporta {{amount}} a {{newsroom}} cada mes. ¡Gracias!',
    lead_yearly: 'Usted aporta {{amount}} a {{newsroom}} cada año. ¡Gracias!',
    unknownAmount: 'Usted aporta a {{newsroom}} con regularidad. ¡Gracias!',
    next: 'Próximo pago',
    card: 'Se paga con',
    cardWords: 'Tarjeta {{brand}} terminada en {{last4}}, válida hasta {{month}}',
    began: 'Empezó con',
    failed: 'No se pudo cobrar el último pago.',
    retry: 'Se intentará de nuevo el {{date}}.',
    pay: 'Pagar ahora',
    change: 'Usar otra tarjeta',
    stop_monthly: 'Detener la aportación mensual',
    stop_yearly: 'Detener la aportación anual',
    afterStop: 'Después de detenerla no se cobra nada más. Conserva los recibos de todo lo que ha aportado.',
    stopped: {
      title_monthly: 'Su aportación mensual se ha detenido',
      title_yearly: 'Su aportación anual se ha detenido',
      nothing: 'No se cobrará nada más. Gracias por su apoyo.',
      until: 'No se cobrará nada más. Lo que ha aportado cuenta hasta el {{date}}. Gracias por su apoyo.',
      mail: 'Se lo confirmamos por correo electrónico.',
      again: 'Aportar de nuevo',
    },
    amount: {
      change: 'Cambiar el importe',
      label: 'Nuevo importe en {{currency}}',
      hint: 'Se cobra a partir del próximo pago.',
      save: 'Guardar',
    },
    pause: {
      title: 'Hacer una pausa',
      hint: 'Mientras tanto no se cobra nada. Después continúa sola.',
      months_one: '{{count}} mes',
      months_many: '{{count}} de meses',
      months_other: '{{count}} meses',
      resume: 'Continuar ahora',
      pausedUntil: 'En pausa hasta el {{date}}. Antes no se cobra nada.',
      paused: 'En pausa. No se cobra nada hasta que usted la reanude.',
    },
    notChanged:
      'No se ha podido cambiar en este momento porque Stripe no responde. Inténtelo de nuevo en un minuto.',
    notStopped:
      'No se ha podido detener ahora mismo porque Stripe no responde. Inténtelo de nuevo dentro de un minuto.',
    noCardPage:
      'No se ha podido abrir ahora mismo la página para otra tarjeta porque Stripe no responde. Inténtelo de nuevo dentro de un minuto.',
    notFound:
      'No hay ninguna aportación periódica en esta dirección. Puede que se haya cortado por el camino.',
    questions: '¿Preguntas? Escriba a {{email}}.',
  },
} as const
