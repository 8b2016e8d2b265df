import type { KeptForm } from '../../../src/pages/finance/frame/kept-form-view.ts'

/** A form as its page shows it again: `problems` are words by the id of the field. */
export function refusedForm(
  action: string,
  typed: Readonly<Record<string, string>>,
  problems: Readonly<Record<string, string>>,
): { readonly keptForm: KeptForm } {
  const listed = Object.entries(problems).map(([fieldId, message]) => ({ fieldId, message }))
  return { keptForm: { action, typed, problems: listed, texts: Object.values(typed) } }
}
