import { z } from 'zod'
import type { DirectTool } from '../../config/config.ts'
import { callTool, DONE, failed, isSuccess } from './tool-call-gateway.ts'
import type { MailingTool, Member } from './mailing-tool.ts'

const problem = z.object({ code: z.string() })
const API = 'https://api.buttondown.com/v1/subscribers'

/** Buttondown's API (docs.buttondown.com/api-subscribers). Type `regular`: the reader has confirmed here already. */
export function buttondown({ key }: Extract<DirectTool, { kind: 'buttondown' }>): MailingTool {
  const headers = { Authorization: `Token ${key}` }
  const change = ({ email }: Member, type: 'regular' | 'unsubscribed', signal: AbortSignal) =>
    callTool(`${API}/${encodeURIComponent(email)}`, { method: 'PATCH', headers, body: { type }, signal })
  return {
    async subscribe(member, signal) {
      const body = { email_address: member.email, type: 'regular' }
      const answered = await callTool(API, { method: 'POST', headers, body, signal })
      if (isSuccess(answered)) return DONE
      const code = problem.safeParse(answered.body).data?.code ?? ''
      if (!code.endsWith('already_exists') && answered.code !== 409)
        return failed(answered, 'address_refused')
      const changed = await change(member, 'regular', signal)
      return isSuccess(changed) ? DONE : failed(changed, 'address_refused')
    },
    async unsubscribe(member, signal) {
      const answered = await change(member, 'unsubscribed', signal)
      return isSuccess(answered) || answered.code === 404 ? DONE : failed(answered)
    },
  }
}
