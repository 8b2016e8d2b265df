import type { ErrorPageContent } from '../http/error-handler.ts'
import type { TextFor } from '../text/text.ts'
import { financeError } from './finance/frame/finance-requests.ts'
import { errorPage } from './reader/error-view.ts'

/** Pages about failures: finance's in English with a way back, all others in the language that the browser prefers. */
export function errorPages(textFor: TextFor, newsroomName: string): (failure: ErrorPageContent) => string {
  return (failure) =>
    errorPage({
      text: textFor(...failure.languages),
      newsroomName,
      ...failure,
      ...financeError(failure.path),
    })
}
