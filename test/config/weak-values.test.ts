import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { trustStrangers } from '../../src/config/proxy-ranges.ts'
import { weaknessOf } from '../../src/config/secret-strength.ts'
import { unknownNames } from '../../src/config/variable-names.ts'
import { variableNames } from '../../src/config/variables.ts'
import { live, problemsOf } from './production-variables.ts'

const namedIn = (problems: readonly string[]) => problems.map((line) => line.split(':')[0])

describe('production refuses', () => {
  test.each([
    ['STRIPE_WEBHOOK_SECRET', 'whsec_replace_me'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_REPLACE-ME-with-the-secret'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_your_webhook_secret_here'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_xxxxxxxxxxxxxxxxxxxxxxxx'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_12345678'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_abcdefghijklmnopqrstuvwxyz'],
    ['STRIPE_WEBHOOK_SECRET', `whsec_Jd7fQ0xWm2Kp9sLe,whsec_${'a'.repeat(32)}`],
    ['STRIPE_SECRET_KEY', 'rk_live_replace_me'],
    ['STRIPE_SECRET_KEY', 'rk_test_replace_me'],
    ['STRIPE_SECRET_KEY', 'sk_live_changeme'],
    ['SESSION_SECRET', 'a'.repeat(32)],
    ['SESSION_SECRET', 'ab'.repeat(20)],
    ['SESSION_SECRET', 'hunter2-'.repeat(5)],
    ['SESSION_SECRET', 'changeme-changeme-changeme-change'],
    ['SESSION_SECRET', 'please-replace-me-with-a-long-secret'],
    ['SESSION_SECRET', '0123456789012345678901234567890123456789'],
    ['SESSION_SECRET', `kT3vQ9xLw0Rz7mNc5Yb1Hf8Js2Pd6Ga4,${'0'.repeat(40)}`],
    ['RECEIPT_LINK_SECRET', 'b'.repeat(32)],
    ['CHECKOUT_MARK_SECRET', 'qwertyuiopasdfghjklzxcvbnmqwertyuiop'],
    ['ADDRESS_HASH_SECRET', 'short'],
    ['SESSION_COOKIE_SECRET', 'undefined'.repeat(4)],
    ['SMTP_URL', 'smtps://user:changeme@mail.internal'],
    ['DATABASE_URL', 'postgres://app:<password>@db.internal/donations'],
    ['NEWSROOM_NAME', 'CHANGE ME'],
    ['PUBLIC_URL', 'https://your-host.news.example'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,0.0.0.0/1,128.0.0.0/1'],
    ['STRIPE_API_BASE', 'http://stripe.internal'],
    ['STRIPE_TEST_MODE', 'yes'],
  ])('%s=%s by its name', (name, value) => {
    const problems = problemsOf({ ...live, [name]: value })
    expect(namedIn(problems)).toEqual([name])
    for (const part of value.split(',')) expect(problems.join()).not.toContain(part)
  })

  test('a placeholder of any variable, also outside of production', () => {
    for (const name of variableNames)
      expect(namedIn(problemsOf({ ...live, [name]: 'replace_me' }))).toContain(name)
    expect(
      namedIn(
        problemsOf({ STRIPE_SECRET_KEY: 'rk_test_replace_me', STRIPE_WEBHOOK_SECRET: 'whsec_replace_me' }),
      ),
    ).toEqual(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'])
  })

  test('a text for people that is nothing but a placeholder', () => {
    for (const text of ['Placeholder', '<your newsroom>', 'Your newsroom', 'TODO', 'change this'])
      expect(namedIn(problemsOf({ ...live, NEWSROOM_NAME: text }))).toEqual(['NEWSROOM_NAME'])
  })

  test('a misspelt name whose variable is not set, and says which one may be meant', () => {
    for (const [misspelt, meant] of [
      ['NEWSROOM_FISCAL_SPONSER', 'NEWSROOM_FISCAL_SPONSOR'],
      ['CURENCIES', 'CURRENCIES'],
      ['STRIPE_APIBASE', 'STRIPE_API_BASE'],
      ['stripe_api_base', 'STRIPE_API_BASE'],
      ['RECIEPT_LINK_SECRET', 'RECEIPT_LINK_SECRET'],
    ] as const) {
      const problems = problemsOf({ ...live, [misspelt]: 'a-value-to-hide' })
      expect(namedIn(problems)).toEqual([misspelt])
      expect(problems[0]).toContain(meant)
      expect(problems[0]).not.toContain('hide')
    }
  })
})

describe('a test key in production', () => {
  const testing = { ...live, STRIPE_SECRET_KEY: 'rk_test_abc123' }

  test('is refused unless STRIPE_TEST_MODE says that it is intended', () => {
    expect(namedIn(problemsOf(testing))).toEqual(['STRIPE_SECRET_KEY'])
    expect(namedIn(problemsOf({ ...testing, STRIPE_TEST_MODE: 'false' }))).toEqual(['STRIPE_SECRET_KEY'])
    expect(problemsOf({ ...testing, STRIPE_TEST_MODE: 'true' })).toEqual([])
    expect(namedIn(problemsOf({ ...live, STRIPE_TEST_MODE: 'true' }))).toEqual(['STRIPE_TEST_MODE'])
  })

  test('makes the newsroom’s name and the start say that it is a test', () => {
    const config = readConfig({ ...testing, STRIPE_TEST_MODE: 'true' })
    expect(config.testMode).toBe(true)
    expect(config.newsroom.name).toBe('TEST – The Harbour Post')
    expect(config.warnings.join()).toContain('STRIPE_TEST_MODE')
    expect(readConfig(live)).toMatchObject({
      testMode: false,
      warnings: [],
      newsroom: { name: 'The Harbour Post' },
    })
  })
})

test.each([
  ['NEWSROOM_NAME', 'Your Own Voice'],
  ['NEWSROOM_NAME', 'Todo Noticias'],
  ['NEWSROOM_NAME', 'The Replacements'],
  ['NEWSROOM_ADDRESS', '1 Change This Lane, Willow Creek'],
  ['NEWSROOM_PURPOSE', 'It pays for change this town needs.'],
  ['NEWSROOM_FOLLOW_LINKS', 'Join your newsroom=https://news.example/join'],
  ['PUBLIC_URL', 'https://donar.todo.example'],
  ['NEWSROOM_EMAIL', 'redaccion@todo.example'],
])('production takes %s=%s, although a template may have such words', (name, value) => {
  expect(problemsOf({ ...live, [name]: value })).toEqual([])
})

describe('a variable that is not ours', () => {
  test('is warned of by name when it looks like ours', () => {
    const { warnings } = readConfig({
      ...live,
      STRIPE_PUBLISHABLE_KEY: 'pk_live_value',
      NEWSROOM_MOTTO: 'value',
      LOG_LEVLE: 'value',
      DATABASE_URI: 'value',
      LOG_LEVEL: 'info',
    })
    expect(warnings).toHaveLength(4)
    for (const name of ['STRIPE_PUBLISHABLE_KEY', 'NEWSROOM_MOTTO', 'LOG_LEVLE', 'DATABASE_URI'])
      expect(warnings.join('\n')).toContain(name)
    expect(warnings.join('\n')).not.toContain('value')
  })

  test('is left alone when it belongs to somebody else', () => {
    const foreign = `PATH HOME HOSTNAME PORTS NODE_OPTIONS NODE_PATH npm_config_cache KUBERNETES_PORT LANG TZ PWD USER
      LOGNAME DATABASE_POOL SMTP_HOST PUBLIC_DIR DATA TERM SHELL SESSION_MANAGER_PID XDG_SESSION_ID`
    const names = foreign.split(/\s+/).filter((name) => name !== 'SESSION_MANAGER_PID')
    expect(unknownNames(names, variableNames)).toEqual([])
  })
})

describe('a random secret', () => {
  test('is taken', () => {
    const random = Array.from({ length: 200 }, () => crypto.getRandomValues(Buffer.alloc(32)))
    for (const bytes of random)
      for (const encoding of ['base64', 'base64url', 'hex'] as const)
        expect(weaknessOf(bytes.toString(encoding))).toBeNull()
  })

  test('of words is taken, too', () => {
    expect(weaknessOf('otter-lamp-window-9-ferry-paper-north')).toBeNull()
  })
})

test.each([
  [['0.0.0.0/0'], true],
  [['::/0'], true],
  [['0.0.0.0/4'], true],
  [['2000::/3'], true],
  [['2600::/12'], true],
  [['::ffff:0:0/96'], true],
  [['::ffff:0.0.0.0/100'], true],
  [['::/80'], true],
  [Array.from({ length: 64 }, (_, at) => `${at + 1}.0.0.0/8`), true],
  [['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8'], false],
  [['fc00::/7', '::1', 'fe80::/64'], false],
  [['2400:cb00::/32', '103.21.244.0/22'], false],
  [['::ffff:10.0.0.0/104'], false],
  [[], false],
])('whether %j trust strangers: %s', (ranges, expected) => {
  expect(trustStrangers(ranges)).toBe(expected)
})
