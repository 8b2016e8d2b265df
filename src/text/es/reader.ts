import { thankYou } from './thank-you.ts'

export const reader = {
  gift: {
    invitation_donation: 'Haga una donación a {{newsroom}}',
    invitation_contribution: 'Apoye a {{newsroom}}',
    product_donation: 'Donación a {{newsroom}}',
    product_contribution: 'Contribución a {{newsroom}}',
    parts: '{{gift}}, y {{fee}} para cubrir las comisiones del pago',
    promise: {
      monthly:
        'Usted aporta {{amount}} ahora y cada mes hasta que decida parar. Si paga el {{today}}, el próximo pago será el {{next}}. Puede parar cuando quiera con el enlace que lleva cada recibo que le enviamos por correo electrónico.',
      yearly:
        'Usted aporta {{amount}} ahora y cada año hasta que decida parar. Si paga el {{today}}, el próximo pago será el {{next}}. Puede parar cuando quiera con el enlace que lleva cada recibo que le enviamos por correo electrónico.',
    },
  },
  language: 'Idioma',
  donate: {
    reading: 'El enlace a esta página menciona un artículo en {{site}}: «{{article}}»',
    currency: 'Moneda',
    currencyOption: '{{name}} ({{code}})',
    changeCurrency: 'Cambiar de moneda',
    amount: 'Importe',
    otherAmount: 'Otro',
    ownAmount: 'Otro importe en {{currency}}',
    howOften: 'Con qué frecuencia',
    frequency: { once: 'Una vez', monthly: 'Cada mes', yearly: 'Cada año' },
    message: 'Mensaje a la redacción',
    optional: '(opcional)',
    submit: 'Continuar con el pago',
    howYouPay:
      'Usted paga en una página segura de Stripe. El número de su tarjeta nunca llega a nosotros. Recibirá un recibo por correo electrónico; si su aportación es mensual o anual, uno con cada pago.',
    give: {
      once_donation: 'Donar {{amount}}',
      once_contribution: 'Aportar {{amount}}',
      monthly_donation: 'Donar {{amount}} al mes',
      monthly_contribution: 'Aportar {{amount}} al mes',
      yearly_donation: 'Donar {{amount}} al año',
      yearly_contribution: 'Aportar {{amount}} al año',
    },
    coverFees: 'Añadir {{fee}} para cubrir la comisión de Stripe',
    coverOwnFees: 'Añadir la comisión de Stripe. La página siguiente dice cuánto es.',
    trust: 'Pago seguro con Stripe',
    payBy: { card: 'tarjeta', bank: 'banco' },
    recurs: 'Próximo pago: {{next}}. Puede parar cuando quiera con el enlace de cada recibo.',
    inCurrency: 'En {{currency}}.',
    addMessage: 'Añadir un mensaje a la redacción',
    currencyChanged: 'Los importes están ahora en {{currency}}. No se ha cobrado nada.',
    tax: {
      for_profit: 'Las contribuciones a {{newsroom}} no son deducibles de impuestos.',
      charity:
        '{{newsroom}} es una organización benéfica, n.º de identificación fiscal {{taxId}}. Las donaciones son deducibles de impuestos en la medida que permita la ley.',
      fiscally_sponsored:
        '{{newsroom}} cuenta con el patrocinio fiscal de {{sponsor}}. Las donaciones son deducibles de impuestos en la medida que permita la ley.',
      elsewhere: {
        charity:
          '{{newsroom}} es una organización benéfica, n.º de identificación fiscal {{taxId}}. Que pueda deducir una donación depende de la ley de su país.',
        fiscally_sponsored:
          '{{newsroom}} cuenta con el patrocinio fiscal de {{sponsor}}. Que pueda deducir una donación depende de la ley de su país.',
      },
    },
    backFrom: {
      open: 'Ha vuelto sin pagar. No se ha cobrado nada y se conserva lo que eligió.',
      expired: 'La página de pago se ha cerrado. No se ha cobrado nada y se conserva lo que eligió.',
      failed: 'El pago no se ha realizado. Puede intentarlo de nuevo; se conserva lo que eligió.',
    },
    problem: {
      coverFees: 'La comisión no se puede añadir a esta aportación. Desmarque la casilla.',
      notNow:
        'No se ha podido abrir la página de pago. No se ha cobrado nada y no se pierde nada de lo que ha escrito. Inténtelo de nuevo dentro de un momento.',
      offline: 'No tiene conexión. No se ha cobrado nada y no se pierde nada de lo que ha escrito.',
      tooMany:
        'Han sido muchos intentos. No se ha cobrado nada y no se pierde nada de lo que ha escrito. Espere un minuto.',
      amount: 'Elija un importe.',
      ownAmount: 'Escriba un importe.',
      currency: 'Aquí no se puede aportar en esta moneda. Elija otra.',
      frequency: 'Elija con qué frecuencia quiere aportar.',
      message: 'El mensaje puede tener {{most}} caracteres como máximo, sin caracteres de control.',
      other: 'Hay algún error en el formulario. Revíselo y envíelo de nuevo.',
      pageClosed: 'La página de pago de este formulario se ha cerrado. Envíe el formulario de nuevo.',
    },
  },
  purpose: 'Cada aportación paga un periodismo que cualquiera puede leer.',
  thankYou,
  share: {
    heading: 'Comparta el artículo',
    button: 'Compartir',
    mail: 'Correo electrónico',
    whatsapp: 'WhatsApp',
    facebook: 'Facebook',
    bluesky: 'Bluesky',
  },
  challenge: {
    title: 'Un momento, por favor',
    lead: 'Estamos comprobando que usted es una persona y no un programa. Después se abre la página de pago.',
    wait_one: 'El botón aparece dentro de {{count}} segundo.',
    wait_many: 'El botón aparece dentro de {{count}} de segundos.',
    wait_other: 'El botón aparece dentro de {{count}} segundos.',
    continue: 'Continuar con el pago',
    why: 'Hay programas que prueban tarjetas robadas en páginas de donación, y este paso se lo impide. No se ha cobrado nada y no se pierde nada de lo que ha escrito.',
    failed: 'Esto tarda un poco más de lo habitual. El botón aparece enseguida.',
  },
  protection: {
    givingIsOff:
      'En este momento no podemos recibir aportaciones. No se ha cobrado nada. Vuelva un poco más tarde.',
    challenge: 'Falta un paso más antes de que se abra la página de pago. No se ha cobrado nada.',
    unverifiable:
      'No hemos podido comprobar que usted no es un programa. No se ha cobrado nada. Inténtelo de nuevo dentro de un minuto.',
  },
  receipt: {
    download: 'Descargar como PDF',
    notFound: 'No hay ningún recibo en esta dirección.',
  },
  goal: {
    sum: '{{raised}} recaudados de {{goal}}',
    until: 'Hasta el {{day}}',
    over: 'Esta meta terminó el {{day}}.',
    matching: '{{words}} Añaden hasta {{amount}}, que la barra no cuenta.',
    give: 'Aportar ahora',
    unknown: 'Esta meta no existe o se ha retirado.',
  },
  source: {
    title: 'El código fuente de este servicio',
    licence:
      'Este servicio es software libre, bajo la Licencia Pública General Affero de GNU, versión 3 o posterior. Quien lo usa puede tener su código fuente.',
    ask: 'Escriba a {{email}} y le enviaremos el código fuente de la versión que funciona aquí.',
  },
  verify: {
    title: 'Comprobar un recibo',
    lead: 'Escriba el número y el código de verificación que figuran en el recibo.',
    code: 'Código de verificación',
    submit: 'Comprobar',
    privacy: 'Esta página no muestra ni el nombre ni la dirección de quien ha aportado.',
    genuine: 'Este recibo es auténtico.',
    unknown: {
      title: 'Este número y este código no se corresponden.',
      how: 'Compárelos con el recibo, letra por letra. Si son correctos, el recibo no es nuestro.',
    },
    status: {
      valid: 'Es válido.',
      replaced_after_return: 'Una parte se devolvió más tarde, por lo que otro recibo sustituye a este.',
      replaced: 'Un recibo posterior sustituye a este.',
      returned: 'El importe se devolvió por completo, por lo que este recibo ya no es válido.',
      void: 'Se ha anulado y ya no es válido.',
    },
  },
  error: {
    malformed: { title: 'No ha funcionado', text: 'Hay algún error en la solicitud.' },
    unauthenticated: { title: 'Inicie sesión', text: 'Esta página es para el personal con sesión iniciada.' },
    forbidden: { title: 'No está permitido', text: 'Esta página no está abierta para usted.' },
    notFound: {
      title: 'Página no encontrada',
      text: 'No hay nada en esta dirección. Puede estar mal escrita o ser antigua.',
    },
    conflict: {
      title: 'No se puede hacer',
      text: 'Este formulario ya se envió antes con otro contenido. Empiece de nuevo.',
    },
    tooLarge: { title: 'Demasiado largo', text: 'Lo enviado es mayor de lo que aceptamos.' },
    unsupportedMediaType: { title: 'No ha funcionado', text: 'Lo enviado es de un tipo que no aceptamos.' },
    tooManyRequests: { title: 'Demasiados intentos', text: 'Espere un minuto e inténtelo de nuevo.' },
    ours: {
      title: 'Algo ha fallado por nuestra parte',
      text: 'No es culpa suya y ha quedado anotado. Inténtelo de nuevo dentro de un momento.',
    },
    unavailable: {
      title: 'No disponible en este momento',
      text: 'Algo de lo que dependemos no responde ahora. Inténtelo de nuevo dentro de un minuto.',
    },
    status: 'Error {{status}}.',
    statusAndId: 'Error {{status}}, referencia {{id}}. Indíquela si nos escribe.',
  },
} as const
