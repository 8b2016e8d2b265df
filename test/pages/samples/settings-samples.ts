import { auditedActs } from '../../../src/access/audit/audit-trail.ts'
import type { StoredAct } from '../../../src/access/audit/audit-trail-record.ts'
import type { ListedToken } from '../../../src/access/tokens/api-token.ts'
import { roles } from '../../../src/access/role.ts'
import type { ListedStaff, StaffId } from '../../../src/access/staff.ts'
import { auditCheckPage } from '../../../src/pages/finance/settings/audit/audit-check-view.ts'
import { auditPage, type AuditView } from '../../../src/pages/finance/settings/audit/audit-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { personPage, removalPage, staffPage } from '../../../src/pages/finance/settings/access/staff-view.ts'
import {
  revocationPage,
  tokenMadePage,
  tokensPage,
} from '../../../src/pages/finance/settings/access/token-view.ts'
import { settingsPage } from '../../../src/pages/finance/settings/settings-view.ts'
import type { Words } from '../view-samples.ts'
import { refusedForm } from './refused-form.ts'

const at = new Date('2026-02-14T18:42:00Z')
const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'

/** An act of each kind, about everything that an act can be about, by every kind of actor. */
function actsOf(words: Words): StoredAct[] {
  const subjects = ['donation', 'donor', 'month', 'payout', 'staff', 'token', 'stripe']
  const actors = ['staff', 'token', 'operator', 'service'] as const
  return [...auditedActs.slice(0, 7), 'novel_act'].map((act, index) => {
    const subject = subjects[index % subjects.length] ?? 'donation'
    const actorKind = actors[index % actors.length] ?? 'service'
    return {
      position: BigInt(1_240 - index),
      at,
      actorKind,
      actorId: null,
      actorName: actorKind === 'service' ? null : words.email,
      act,
      subject: `${subject}/${{ month: '2026-01', stripe: 'evt_1QhZ5Y2eZvKYlo2C1' }[subject] ?? ID}`,
      subjectName: ['staff', 'token', 'donation'].includes(subject) ? words.name : null,
      subjectMinor: ['donation', 'payout'].includes(subject) ? 1250n : null,
      subjectCurrency: ['donation', 'payout'].includes(subject) ? 'usd' : null,
      before: index % 3 === 0 ? null : { role: 'viewer', refundableMinor: '2500', currency: 'usd' },
      after:
        index % 3 === 1
          ? null
          : {
              role: 'finance',
              amountMinor: '1250',
              currency: 'usd',
              reason: words.message,
              until: at.toISOString(),
            },
      hash: Buffer.alloc(32, index),
    }
  })
}

const nothing = { actor: '', act: '', subject: '', from: '', to: '' }

function trail(words: Words, frame: FinanceFrame): AuditView {
  return {
    ...frame,
    filters: nothing,
    problems: [],
    acts: actsOf(words),
    isLaterPage: true,
    nextCursor: words.title,
    actorNames: [words.email, words.name],
    head: { position: 1_240n, line: `1240:${'9f86d081'.repeat(8)}` },
  }
}

const self = 'a1e2b3c4-0000-4000-8000-000000000001' as StaffId // the sample's own

/** A colleague in each role, and one who has left. */
function staffOf(words: Words): ListedStaff[] {
  return roles.map((role, index) => ({
    id: index === 3 ? self : (`a1e2b3c4-0000-4000-8000-00000000010${index}` as StaffId), // as above
    email: words.email,
    role,
    createdAt: at,
    lastSignedInAt: index === 0 ? null : at,
    hasSecondFactor: index > 1,
    removedAt: index === 1 ? at : null,
  }))
}

function staffViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const staff = staffOf(words)
  const [viewer, former] = staff
  if (!viewer || !former) throw new Error('there is somebody in each role')
  const problems = { email: words.message, role: words.message }
  const list = { ...frame, staff, self, done: null }
  const path = '/finance/settings/staff'
  const person = { ...viewer, hasSecondFactor: true }
  return {
    staff: staffPage({ ...list, done: { what: 'added', staff: viewer } }),
    'staff-refused': staffPage({
      ...list,
      ...refusedForm(path, { email: words.name, role: 'auditor' }, problems),
    }),
    'staff-person': personPage({ ...frame, person }),
    'staff-person-refused': personPage({
      ...frame,
      person,
      ...refusedForm(`${path}/${person.id}/role`, { role: 'finance' }, { role: words.message }),
    }),
    'staff-former': personPage({ ...frame, person: former }),
    'staff-removal': removalPage({ ...frame, email: words.email, addresses: [words.email] }),
    'staff-removal-refused': removalPage({
      ...frame,
      email: '',
      addresses: [words.email],
      ...refusedForm(`${path}/remove`, { email: words.name }, { email: words.message }),
    }),
  }
}

function tokenViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const day = (offset: number) => new Date(at.getTime() + offset * 86_400_000)
  const tokens: ListedToken[] = [
    { revokedAt: null, expiresAt: day(300), lastUsedOn: '2026-02-13' },
    { revokedAt: null, expiresAt: day(12), lastUsedOn: null },
    { revokedAt: at, expiresAt: day(300), lastUsedOn: '2026-01-01' },
    { revokedAt: null, expiresAt: day(-1), lastUsedOn: null },
  ].map((token, index) => ({
    ...token,
    id: `b1e2b3c4-0000-4000-8000-00000000000${index}`,
    name: words.title,
    role: 'viewer',
    createdAt: day(-60),
  }))
  const [token] = tokens
  if (!token) throw new Error('there are four tokens')
  const list = { ...frame, tokens, now: at, soon: day(30), requestId: ID, revoked: null }
  const problems = { name: words.message, role: words.message, days: words.message }
  return {
    tokens: tokensPage({ ...list, revoked: words.title }),
    'tokens-none': tokensPage({ ...list, tokens: [] }),
    'tokens-refused': tokensPage({
      ...list,
      ...refusedForm('/finance/settings/tokens', { name: words.name, role: 'admin', days: '30' }, problems),
    }),
    'token-made': tokenMadePage({
      ...frame,
      name: words.title,
      role: 'viewer',
      token: `rd_${'x'.repeat(43)}`,
      expiresAt: day(90),
    }),
    'token-revocation': revocationPage({ ...frame, token }),
  }
}

/** The pages of settings. */
export function settingsViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const admin = { ...frame, role: 'admin' } as const
  const auditor = { ...frame, role: 'auditor' } as const
  const view = trail(words, admin)
  const problems = [{ fieldId: 'from', message: words.message }]
  const filters = { ...nothing, actor: words.email, subject: words.title, act: 'month_closed', from: 'x' }
  return {
    ...staffViews(words, admin),
    ...tokenViews(words, admin),
    settings: settingsPage(admin),
    'settings-auditor': settingsPage(auditor),
    audit: auditPage(view),
    'audit-auditor': auditPage({ ...view, ...auditor, nextCursor: null, isLaterPage: false }),
    'audit-refused': auditPage({ ...view, filters, problems, acts: [] }),
    'audit-nothing-found': auditPage({ ...view, filters, acts: [] }),
    'audit-empty': auditPage({ ...view, acts: [], head: { position: 0n, line: '' } }),
    'audit-check': auditCheckPage({ ...view, checked: { broken: null } }),
    'audit-check-broken': auditCheckPage({
      ...view,
      kept: words.title,
      checked: { broken: { position: 1_017n, problem: 'edited' } },
    }),
    'audit-check-refused': auditCheckPage({
      ...view,
      kept: words.title,
      checked: null,
      problems: [{ fieldId: 'head', message: words.message }],
    }),
  }
}
