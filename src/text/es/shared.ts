export const shared = {
  skipToContent: 'Ir al contenido',
  errorTitle: 'Error: {{title}}',
  testMode: 'Esto es una prueba. No se mueve dinero y los recibos no son válidos.',
  checkTheForm: 'Revise el formulario',
  sourceCode: 'Software libre: su código fuente',
} as const
