import { z } from 'zod'

/** What a captured mail's page shows. The `.eml` file beside it is what a mail server would have got. */
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
  /** Newest first. */
  list(): Promise<readonly ListedMail[]>
  read(name: string): Promise<CapturedMail | null>
  readEml(name: string): Promise<Buffer | null>
}
