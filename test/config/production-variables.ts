import { ConfigProblems } from '../../src/config/config.ts'
import { readConfig } from '../../src/config/read-config.ts'

/** What production needs at least. */
export const live = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://give.news.example/',
  DATABASE_URL: 'postgres://app:pw@db.internal/donations',
  STRIPE_SECRET_KEY: 'rk_live_abc123',
  STRIPE_WEBHOOK_SECRET: 'whsec_Jd7fQ0xWm2Kp9sLe, whsec_Zr4tV8bNc1Hy6gUa',
  SMTP_URL: 'smtps://user:pw@mail.internal',
  ALLOWED_ORIGINS: 'https://news.example,https://www.news.example',
  TRUSTED_PROXIES: 'none',
  SESSION_SECRET: 'kT3vQ9xLw0Rz7mNc5Yb1Hf8Js2Pd6Ga4',
  NEWSROOM_NAME: 'The Harbour Post',
  NEWSROOM_ADDRESS: '1 Quay',
  NEWSROOM_EMAIL: 'desk@news.example',
  NEWSROOM_TIMEZONE: 'Europe/Berlin',
  NEWSROOM_LEGAL_STATUS: 'for_profit',
}

/** What a start would list. */
export function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems
    throw error
  }
}
