import { z } from 'zod'
import { readAuthenticationLog, type LoggedAuthentication } from '../access/audit/authentication-log-store.ts'
import type { AuthenticationKind } from '../access/audit/authentication-log.ts'
import { staffEmail } from '../access/staff.ts'
import { tableText, type Command } from './command.ts'

const DAY_MS = 86_400_000

const options = z.object({
  days: z
    .string()
    .default('30')
    .transform(Number)
    .pipe(z.int('--days must be a whole number').min(1, '--days must be 1 at least').max(36_500)),
  email: z.string().transform(staffEmail).optional(),
})

/** The command that prints the authentication log. */
export const authenticationLogCommands: Readonly<Record<string, Command>> = {
  'list-sign-ins': {
    usage: '[--days 30] [--email you@news.example]',
    summary: 'prints the authentication log: sign-ins, sign-outs, refusals, and who was let in or removed',
    options: ['days', 'email'],
    async run({ database: { knex }, clock }, given) {
      const { days, email } = options.parse(given)
      const since = new Date(clock().getTime() - days * DAY_MS)
      const entries = await readAuthenticationLog(knex, { since, email })
      return {
        out: tableText(['when', 'times', 'who', 'what'], entries.map(line)),
        note: `${entries.length === 1 ? '1 entry' : `${entries.length} entries`} since ${since.toISOString()}.`,
      }
    },
  },
}

function line({ at, times, kind, email, tokenName, tokenId }: LoggedAuthentication): string[] {
  const who = email ?? (tokenId === null ? 'a stranger' : `token ${tokenName ?? ''} (${tokenId})`)
  return [at.toISOString(), String(times), who, WHAT[kind]]
}

const WHAT: Readonly<Record<AuthenticationKind, string>> = {
  link_asked: 'asked for a sign-in link',
  link_withheld: 'asked for a sign-in link; no mail, because several were sent shortly before',
  link_printed: 'got a sign-in link from create-staff',
  second_factor_asked: 'used a sign-in link or the identity provider; the second factor was asked for',
  signed_in: 'signed in',
  signed_out: 'signed out',
  staff_admitted: 'was let in, or got a role, by create-staff',
  staff_removed: 'was removed by remove-staff',
  token_created: 'was created by create-token',
  token_revoked: 'was revoked by revoke-token',
  refused_address_unknown: 'refused: asked for a link with an address of nobody here',
  refused_link_unknown: 'refused: the sign-in link is wrong',
  refused_link_used: 'refused: the sign-in link was used before',
  refused_link_expired: 'refused: the sign-in link has expired',
  refused_link_superseded: 'refused: a newer sign-in link exists',
  refused_staff_removed: 'refused: the sign-in link belongs to somebody who was removed',
  refused_token_unknown: 'refused: the token is wrong',
  refused_token_revoked: 'refused: the token is revoked',
  refused_token_expired: 'refused: the token has expired',
  refused_role_lacking: 'refused: the role does not suffice',
  refused_too_many_tries: 'refused: too many tries to sign in',
  refused_second_factor: 'refused: the second factor is wrong or used up',
  refused_by_provider: 'refused: the identity provider vouches for nobody who may sign in',
}
