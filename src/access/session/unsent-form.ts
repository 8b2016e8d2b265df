/** A form that arrived when its sender's session had ended. */
export type UnsentForm = {
  /** Where it was sent to. */
  readonly path: string
  /** As a browser sends them; a name may stand there more than once. */
  readonly fields: URLSearchParams
}

/** What the address bears of a form that is only to be shown again: nothing of it is done. */
export const SHOW_UNSENT = 'unsent'
