import { unsentFormPage } from '../../../src/pages/finance/account/unsent-form-view.ts'
import type { SecondFactors } from '../../../src/access/second-factor/second-factor.ts'
import { accountPage } from '../../../src/pages/finance/account/account-view.ts'
import { recoveryCodesPage, setUpPage } from '../../../src/pages/finance/account/set-up-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { secondFactorPage } from '../../../src/pages/finance/sign-in/second-factor-view.ts'
import {
  providerRefusedPage,
  signInConfirmPage,
  signInPage,
  signInSentPage,
  signInSpentPage,
} from '../../../src/pages/finance/sign-in/sign-in-view.ts'
import type { Words } from '../view-samples.ts'

const at = new Date('2026-01-14T18:42:00Z')

/** The pages by which staff get in, and those of their accounts. */
export function signInViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const { text, newsroomName } = frame
  const plain = { text, newsroomName, staffEmail: words.email }
  const signIn = { text, newsroomName, email: '', problems: [], providerName: null }
  const asked = { ...plain, hasApp: true, hasRecoveryCodes: true, passkeyOptions: words.name, problem: null }
  const factors: SecondFactors = {
    passkeys: [
      { id: 'one', credentialId: 'c1', name: words.name, transports: [], addedAt: at, lastUsedAt: at },
      { id: 'two', credentialId: 'c2', name: words.title, transports: [], addedAt: at, lastUsedAt: null },
    ],
    totp: { addedAt: at, lastUsedAt: at },
    recoveryCodesLeft: 7,
  }
  const setUp = {
    ...plain,
    isRequired: true,
    hasApp: false,
    passkeyOptions: words.message,
    qrCode: { size: 21, isDark: (row: number, column: number) => (row * column) % 3 === 0 },
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    problem: null,
  }
  const sessions = [
    { signInId: 'here', browser: 'Firefox', system: 'Windows', signedInAt: at, lastSeenAt: at },
    { signInId: 'there', browser: null, system: null, signedInAt: at, lastSeenAt: at },
  ]
  const account = {
    ...frame,
    factors,
    isRequired: true,
    sessions,
    currentId: 'here',
    getsMonthlyReport: true,
    done: null,
  }
  return {
    'sign-in': signInPage(signIn),
    'sign-in-provider': signInPage({ ...signIn, providerName: words.title }),
    'sign-in-problem': signInPage({
      ...signIn,
      email: words.email,
      problems: [{ fieldId: 'email', message: words.message }],
    }),
    'sign-in-sent': signInSentPage({ text, newsroomName, validMinutes: 10 }),
    'sign-in-confirm': signInConfirmPage({ text, newsroomName, token: words.name }),
    'sign-in-spent': signInSpentPage({ text, newsroomName }),
    'sign-in-refused': providerRefusedPage({ text, newsroomName, providerName: words.title }),
    'second-factor': secondFactorPage(asked),
    'second-factor-app': secondFactorPage({ ...asked, passkeyOptions: null, problem: 'code' }),
    'second-factor-passkey': secondFactorPage({ ...asked, hasApp: false, problem: 'credential' }),
    'second-factor-recovery': secondFactorPage({ ...asked, problem: 'recovery' }),
    'second-factor-set-up': setUpPage(setUp),
    'second-factor-set-up-problem': setUpPage({ ...setUp, isRequired: false, hasApp: true, problem: 'code' }),
    'second-factor-set-up-passkey': setUpPage({ ...setUp, problem: 'credential' }),
    'recovery-codes': recoveryCodesPage({
      ...plain,
      codes: Array.from({ length: 10 }, () => '0a1b-2c3d-4e5f-6g7h-8j9k-0mnp'),
      nextPath: '/finance',
    }),
    'unsent-form': unsentFormPage({
      ...account,
      form: {
        path: '/finance/donations/don_1/notes',
        fields: new URLSearchParams({ text: words.message }),
      },
    }),
    account: accountPage({ ...account, done: 'session_ended' }),
    'account-bare': accountPage({
      ...account,
      role: 'viewer',
      getsMonthlyReport: false,
      isRequired: false,
      factors: { passkeys: [], totp: null, recoveryCodesLeft: 0 },
      sessions: sessions.slice(0, 1),
    }),
    'account-last': accountPage({
      ...account,
      factors: { ...factors, passkeys: [], recoveryCodesLeft: 1 },
    }),
  }
}
