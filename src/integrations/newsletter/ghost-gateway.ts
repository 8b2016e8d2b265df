import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { DirectTool } from '../../config/config.ts'
import { callTool, DONE, failed, isSuccess, type Answered } from './tool-call-gateway.ts'
import type { MailingTool, Member } from './mailing-tool.ts'

const members = z.object({
  members: z.array(
    z.object({ id: z.string(), newsletters: z.array(z.object({ id: z.string() })).default([]) }),
  ),
})
const problems = z.object({
  errors: z.array(z.object({ message: z.string().nullish(), context: z.string().nullish() })),
})

/** Ghost takes a token for five minutes at most. */
const TOKEN_S = 300

/**
 * The Authorization header of Ghost's Admin API (ghost.org/docs/admin-api): a JSON Web Token (RFC 7519), signed by HS256 with the
 * second part of the key, which is hexadecimal; its first part is the key's id.
 */
export function ghostAuthorization(key: string, now: Date): string {
  const [kid = '', secret = ''] = key.split(':')
  const iat = Math.floor(now.getTime() / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part({ iat, exp: iat + TOKEN_S, aud: '/admin/' })}`
  const signature = createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')
  return `Ghost ${signed}.${signature}`
}

/** Members of a Ghost site. Without a list, a member gets the newsletters that the site gives to new members. */
export function ghost(
  { key, url, list }: Extract<DirectTool, { kind: 'ghost' }>,
  clock: () => Date,
): MailingTool {
  const api = `${url}/ghost/api/admin/members/`
  const call = (
    path: string,
    method: 'GET' | 'POST' | 'PUT',
    signal: AbortSignal,
    body?: unknown,
  ): Promise<Answered> =>
    callTool(api + path, {
      method,
      headers: { Authorization: ghostAuthorization(key, clock()), 'Accept-Version': 'v5.0' },
      ...(body === undefined ? {} : { body }),
      signal,
    })
  const find = async ({ email }: Member, signal: AbortSignal) => {
    const filter = `email:'${email.toLowerCase().replace(/['\\]/g, String.raw`\$&`)}'`
    const answered = await call(`?${new URLSearchParams({ filter, include: 'newsletters' })}`, 'GET', signal)
    const [member = null] = isSuccess(answered) ? (members.safeParse(answered.body).data?.members ?? []) : []
    return { answered, member }
  }
  const says = (body: unknown, words: RegExp) =>
    (problems.safeParse(body).data?.errors ?? []).some((one) =>
      words.test(`${one.message ?? ''} ${one.context ?? ''}`),
    )
  return {
    async subscribe(member, signal) {
      const wish = list === null ? { subscribed: true } : { newsletters: [{ id: list }] }
      const made = await call('', 'POST', signal, { members: [{ email: member.email, ...wish }] })
      if (isSuccess(made)) return DONE
      if (made.code !== 422) return failed(made)
      if (!says(made.body, /already exists/i))
        return failed(made, says(made.body, /newsletter/i) ? 'wrong_list' : 'address_refused')
      const { answered, member: known } = await find(member, signal)
      if (!known) return failed(answered)
      const further =
        list === null ? wish : { newsletters: [...without(known.newsletters, list), { id: list }] }
      const changed = await call(`${known.id}/`, 'PUT', signal, { members: [further] })
      return isSuccess(changed) ? DONE : failed(changed)
    },
    async unsubscribe(member, signal) {
      const { answered, member: known } = await find(member, signal)
      if (!known) return isSuccess(answered) ? DONE : failed(answered)
      const rest = list === null ? { subscribed: false } : { newsletters: without(known.newsletters, list) }
      const changed = await call(`${known.id}/`, 'PUT', signal, { members: [rest] })
      return isSuccess(changed) ? DONE : failed(changed)
    },
  }
}

function without(newsletters: readonly { readonly id: string }[], list: string) {
  return newsletters.filter(({ id }) => id !== list)
}
