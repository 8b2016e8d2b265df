import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { DirectTool } from '../../config/config.ts'
import { callTool, DONE, failed, isSuccess } from './tool-call-gateway.ts'
import type { MailingTool, Member } from './mailing-tool.ts'

const problem = z.object({ title: z.string() })
/** Who unsubscribed or bounced there: Mailchimp takes such an address only after it has asked the reader itself. */
const COMPLIANCE = 'Member In Compliance State'

/** Mailchimp's Marketing API 3.0 (mailchimp.com/developer/marketing/api/list-members). The key ends in the data centre's name. */
export function mailchimp({ key, list }: Extract<DirectTool, { kind: 'mailchimp' }>): MailingTool {
  const dataCentre = key.slice(key.lastIndexOf('-') + 1)
  const headers = { Authorization: `Basic ${Buffer.from(`any:${key}`).toString('base64')}` }
  const urlOf = ({ email }: Member) => {
    const hash = createHash('md5').update(email.toLowerCase()).digest('hex')
    return `https://${dataCentre}.api.mailchimp.com/3.0/lists/${list}/members/${hash}`
  }
  const titleOf = (body: unknown) => problem.safeParse(body).data?.title ?? ''
  return {
    async subscribe(member, signal) {
      const put = (status: 'subscribed' | 'pending') =>
        callTool(urlOf(member), {
          method: 'PUT',
          headers,
          body: { email_address: member.email, status_if_new: status, status, language: member.language },
          signal,
        })
      const answered = await put('subscribed')
      if (isSuccess(answered)) return DONE
      if (answered.code !== 400 || titleOf(answered.body) !== COMPLIANCE)
        return failed(answered, 'address_refused')
      const asked = await put('pending')
      return isSuccess(asked) ? DONE : failed(asked, 'address_refused')
    },
    async unsubscribe(member, signal) {
      const body = { status: 'unsubscribed' }
      const answered = await callTool(urlOf(member), { method: 'PATCH', headers, body, signal })
      // An address that is not there, or unsubscribed there before.
      const isGone = answered.code === 404 || titleOf(answered.body) === COMPLIANCE
      return isSuccess(answered) || isGone ? DONE : failed(answered)
    },
  }
}
