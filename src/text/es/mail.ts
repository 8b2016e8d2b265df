export const mail = {
  frame: {
    plainLink: 'Si el botón no funciona, abra esta dirección:',
  },
  receipt: {
    subject: 'Gracias, y su recibo {{number}} de {{newsroom}}',
    subjectVoided: 'Su recibo {{number}} de {{newsroom}} ya no es válido',
    subjectReplaced: 'Su nuevo recibo {{number}} de {{newsroom}}',
    heading: '¡Gracias!',
    greeting: 'Hola, {{name}}:',
    greetingWithoutName: 'Hola:',
    thanks_donation: 'Gracias por su donación de {{amount}} a {{newsroom}}. Nos ayuda a seguir informando.',
    thanks_contribution:
      'Gracias por su contribución de {{amount}} a {{newsroom}}. Nos ayuda a seguir informando.',
    voided_donation:
      'Su donación de {{amount}} a {{newsroom}} le ha sido devuelta, por lo que su recibo ya no es válido.',
    voided_contribution:
      'Su contribución de {{amount}} a {{newsroom}} le ha sido devuelta, por lo que su recibo ya no es válido.',
    replaced_donation:
      'Una parte de su donación a {{newsroom}} le ha sido devuelta, o ha vuelto a nosotros. Quedan {{amount}}, y este recibo sustituye al {{replaces}}.',
    replaced_contribution:
      'Una parte de su contribución a {{newsroom}} le ha sido devuelta, o ha vuelto a nosotros. Quedan {{amount}}, y este recibo sustituye al {{replaces}}.',
    fact: '{{label}}: {{value}}',
    page: 'Su recibo como página, para imprimirlo o guardarlo como PDF:',
    linkWords: 'Ver su recibo',
    questions: 'Si tiene alguna pregunta, basta con responder a este correo electrónico.',
  },
} as const
