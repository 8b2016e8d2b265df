import type { ToolAction, ToolAnswer } from '../../newsletter/tool-delivery.ts'

/** An address as a tool has to know it. */
export type Member = {
  readonly email: string
  /** BCP 47. */
  readonly language: string
}

/** The newsroom's mailing tool. Saying the same twice changes nothing there. */
export type MailingTool = Readonly<
  Record<ToolAction, (member: Member, signal: AbortSignal) => Promise<ToolAnswer>>
>
