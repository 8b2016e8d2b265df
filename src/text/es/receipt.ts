export const receipt = {
  title: 'Recibo {{number}}',
  number: 'Número de recibo',
  date: 'Fecha',
  amount: 'Importe',
  amountWithFee: '{{amount}}, de los cuales {{fee}} cubren la comisión de pago',
  charged: 'Cargo realizado',
  kind: 'Concepto',
  from: 'De',
  to: 'Para',
  toSponsor: '{{sponsor}}, para el trabajo de {{newsroom}}',
  replaces: 'Sustituye al recibo',
  once_donation: 'Donación única',
  once_contribution: 'Contribución única',
  monthly_donation: 'Donación mensual',
  monthly_contribution: 'Contribución mensual',
  yearly_donation: 'Donación anual',
  yearly_contribution: 'Contribución anual',
  voided: 'Este recibo ha sido anulado y ya no es válido.',
  voidedAndReplaced: 'Este recibo ha sido anulado y sustituido por el recibo {{number}}.',
  returned: 'La aportación se ha devuelto por completo. Este recibo ya no es válido.',
  proof: {
    code: 'Código de verificación {{code}}',
    how: 'Cualquiera puede comprobar que este recibo es auténtico: apunte con la cámara a la imagen, o vaya a {{page}} y escriba el número y el código. La página no muestra ningún nombre ni dirección.',
    picture: 'Código QR que abre la página en la que se puede comprobar este recibo',
    link: 'Comprobar que este recibo es auténtico',
  },
  acknowledgment:
    'Este es el reconocimiento por escrito que la ley de EE. UU. exige para donaciones de 250 dólares o más (sección 170(f)(8) del Internal Revenue Code). Consérvelo con sus documentos fiscales.',
  questions: '¿Tiene preguntas sobre este recibo? Escriba a {{email}}.',
  cannotDraw: 'Algunas letras no se pueden dibujar en este documento. La página del recibo las muestra.',
  statement: {
    for_profit:
      '{{newsroom}} no es una organización benéfica. Su contribución apoya su periodismo y no es deducible de impuestos como donativo benéfico.',
    charity:
      '{{newsroom}} es una organización benéfica, exenta de impuestos conforme a la sección 501(c)(3) del Código de Rentas Internas de los Estados Unidos{{taxId}}. Su donación es deducible de impuestos en la medida que permita la ley. No se entregaron bienes ni servicios a cambio de ella.',
    fiscally_sponsored:
      '{{newsroom}} es un proyecto de su patrocinador fiscal, {{sponsor}}{{taxId}}. Su donación se hizo al patrocinador para el trabajo de {{newsroom}} y es deducible de impuestos en la medida que permita la ley. No se entregaron bienes ni servicios a cambio de ella.',
    elsewhere: {
      charity:
        '{{newsroom}} es una organización benéfica{{taxId}}. Que pueda deducir su donación de impuestos depende de la ley del país en el que tributa. No se entregaron bienes ni servicios a cambio de ella.',
      fiscally_sponsored:
        '{{newsroom}} es un proyecto de su patrocinador fiscal, {{sponsor}}{{taxId}}. Su donación se hizo al patrocinador para el trabajo de {{newsroom}}. Que pueda deducirla de impuestos depende de la ley del país en el que tributa. No se entregaron bienes ni servicios a cambio de ella.',
    },
    taxId: ', n.º de identificación fiscal {{taxId}}',
  },
} as const
