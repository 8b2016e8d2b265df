import { z } from 'zod'

/** The fields of a captured mail that its page shows. The `.eml` file beside it is the message as a mail server receives it. */
export const capturedMail = z.object({
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
})
export type CapturedMail = z.infer<typeof capturedMail>

export type ListedMail = { readonly name: string; readonly at: Date; readonly mail: CapturedMail }

export type CapturedMails = {
  /** The newest first. */
  list(): Promise<readonly ListedMail[]>
  /** Null for a name that no captured mail has. */
  read(name: string): Promise<CapturedMail | null>
  readEml(name: string): Promise<Buffer | null>
}
