/** The bundler turns a stylesheet into minified text. */
declare module '*.css' {
  const text: string
  export default text
}
