/** The service does not start, or a command does not run. The message says why and what to do, in sentences for an operator. */
export class StartRefused extends Error {
  override readonly name: string = 'StartRefused'
}
