import { auditedActs } from '../../../src/access/audit-trail.ts'
import type { StoredAct } from '../../../src/access/audit-trail-record.ts'
import { auditCheckPage } from '../../../src/pages/finance/settings/audit-check-view.ts'
import { auditPage, type AuditView } from '../../../src/pages/finance/settings/audit-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { settingsPage } from '../../../src/pages/finance/settings/settings-view.ts'
import type { Words } from '../view-samples.ts'

const at = new Date('2026-02-14T18:42:00Z')
const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'

/** An act of each kind, about everything that an act can be about, by every kind of actor. */
function actsOf(words: Words): StoredAct[] {
  const subjects = ['donation', 'donor', 'month', 'payout', 'staff', 'token', 'stripe']
  const actors = ['staff', 'token', 'operator', 'service'] as const
  return [...auditedActs, 'novel_act'].map((act, index) => {
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
      subjectName: subject === 'staff' || subject === 'token' ? words.name : null,
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

/** The pages of settings. */
export function settingsViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const admin = { ...frame, role: 'admin' } as const
  const auditor = { ...frame, role: 'auditor' } as const
  const view = trail(words, admin)
  const problems = [{ fieldId: 'from', message: words.message }]
  const filters = { ...nothing, actor: words.email, subject: words.title, act: 'month_closed', from: 'x' }
  return {
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
