export const thankYou = {
  succeeded: {
    title: 'Gracias',
    arrived: {
      once_donation: 'Ha llegado su donación de {{amount}} a {{newsroom}}.',
      once_contribution: 'Ha llegado su contribución de {{amount}} a {{newsroom}}.',
      monthly_donation: 'Ha llegado su primera donación mensual de {{amount}} a {{newsroom}}.',
      monthly_contribution: 'Ha llegado su primera contribución mensual de {{amount}} a {{newsroom}}.',
      yearly_donation: 'Ha llegado su primera donación anual de {{amount}} a {{newsroom}}.',
      yearly_contribution: 'Ha llegado su primera contribución anual de {{amount}} a {{newsroom}}.',
    },
    charged: 'Se le han cobrado {{amount}} en su propia moneda.',
    partlyRefunded: 'De ese importe se le han devuelto después {{amount}}.',
    coveredFee:
      '{{fee}} de ese importe cubren las comisiones del pago, de modo que su aportación nos llega entera.',
    receipt: 'Ver su recibo',
    receiptTo: 'También enviamos el recibo a {{address}}. Suele llegar en unos minutos.',
    receiptByMail: 'También enviamos el recibo por correo electrónico. Suele llegar en unos minutos.',
  },
  recurring: {
    monthly: 'A partir de ahora se cobran {{amount}} cada mes. El próximo pago será el {{date}}.',
    yearly: 'A partir de ahora se cobran {{amount}} cada año. El próximo pago será el {{date}}.',
    stop: 'Recibirá por correo electrónico un recibo de cada pago. Con el enlace que contiene puede parar cuando quiera, sin tener una cuenta, o escribir a {{email}}.',
  },
  monthly: {
    heading: '¿Quiere que sea mensual?',
    why_donation: 'Una donación que llega cada mes nos permite planificar.',
    why_contribution: 'Una contribución que llega cada mes nos permite planificar.',
    give: 'Aportar {{amount}} al mes',
    terms:
      'Usted lo confirma en la página de Stripe. Entonces se cobran los primeros {{amount}}, además de lo que ha aportado hoy.',
    other: 'Elegir otro importe',
  },
  processing: {
    title: 'Gracias, está en camino',
    onItsWay_donation: 'Su banco está enviando su donación de {{amount}}.',
    onItsWay_contribution: 'Su banco está enviando su contribución de {{amount}}.',
    takesDays:
      'Un pago bancario tarda unos días. Cuando llegue, recibirá el recibo por correo electrónico. No tiene que hacer nada más.',
  },
  confirmed: {
    title: 'Gracias, el pago se ha realizado',
    paid_donation: 'Stripe ha cobrado su donación de {{amount}} para {{newsroom}}.',
    paid_contribution: 'Stripe ha cobrado su contribución de {{amount}} para {{newsroom}}.',
    refreshing: 'Estamos escribiendo su recibo. Esta página lo muestra en unos segundos.',
    takesLonger:
      'Su recibo tarda más de lo habitual. Puede cerrar esta página: el recibo llega por correo electrónico.',
  },
  unsure: {
    title: 'Todavía no lo sabemos',
    notReported: 'Stripe aún no nos ha dicho si se ha pagado.',
    ifPaid: 'Si ha pagado, todo está bien: el recibo le llega por correo electrónico.',
    ifNot:
      'Si no ha pagado, no se ha cobrado nada. Puede volver a la página de pago: nunca cobra dos veces la misma aportación.',
  },
  open: {
    title: 'Todavía no ha pagado',
    nothingCharged: 'No se ha cobrado nada.',
    stillOpen: 'La página de pago sigue abierta, con lo que usted eligió.',
    pay: 'Volver a la página de pago',
    change: 'Cambiar su aportación',
  },
  refunded: {
    title: 'Le hemos devuelto su aportación',
    wentBack_donation: 'Su donación de {{amount}} ha sido reembolsada.',
    wentBack_contribution: 'Su contribución de {{amount}} ha sido reembolsada.',
    more: 'Su banco puede tardar hasta diez días en mostrarlo.',
  },
  returned: {
    title: 'Su banco ha recuperado el importe',
    wentBack_donation: 'Su donación de {{amount}} ha vuelto a usted a través de su banco.',
    wentBack_contribution: 'Su contribución de {{amount}} ha vuelto a usted a través de su banco.',
    more: 'No tiene que hacer nada más.',
  },
  cancelled: {
    title: 'Su aportación periódica se ha detenido',
    stopped: {
      monthly_donation: 'Su donación mensual de {{amount}} se ha detenido. No se cobrará nada más.',
      monthly_contribution: 'Su contribución mensual de {{amount}} se ha detenido. No se cobrará nada más.',
      yearly_donation: 'Su donación anual de {{amount}} se ha detenido. No se cobrará nada más.',
      yearly_contribution: 'Su contribución anual de {{amount}} se ha detenido. No se cobrará nada más.',
    },
    thanks: 'Gracias por cada pago que hizo.',
  },
  expired: {
    title: 'La página de pago se ha cerrado',
    closed: 'Estuvo abierta demasiado tiempo y se cerró. No se ha cobrado nada.',
    again: 'Empezar de nuevo',
  },
  failed: {
    title: 'El pago no se ha realizado',
    notReceived_donation: 'Su banco no completó el pago, así que no hemos recibido su donación.',
    notReceived_contribution: 'Su banco no completó el pago, así que no hemos recibido su contribución.',
    otherCard: 'A veces ocurre, y a menudo funciona otra tarjeta o cuenta. Gracias por intentarlo.',
    again: 'Intentar de nuevo',
  },
  unknown: {
    title: 'No conocemos este pago',
    address: 'La dirección puede estar incompleta o ser muy antigua.',
    receiptByMail:
      'Si ha pagado, el recibo le llega de todos modos por correo electrónico: no depende de esta página.',
    start: 'Ir al inicio',
  },
  backTo: 'Volver a {{article}}',
  backToArticle: 'Volver al artículo',
  stayInTouch: 'Sigamos en contacto',
  lookAgain: 'Mirar de nuevo',
  newsletter: 'Recibir nuestro boletín',
  questions: 'Si tiene alguna pregunta, escriba a {{email}}.',
} as const
