import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigProblems } from '../../src/config/config.ts'
import { readSites, siteAskedFor } from '../../src/config/sites.ts'
import { live } from './production-variables.ts'

const OWN = [
  'PUBLIC_URL',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'ALLOWED_ORIGINS',
  'NEWSROOM_NAME',
  'NEWSROOM_ADDRESS',
  'NEWSROOM_EMAIL',
  'NEWSROOM_LEGAL_STATUS',
] as const

/** Two sites in production: what they may share stands there once. */
const shared = Object.fromEntries(Object.entries(live).filter(([name]) => !OWN.some((own) => own === name)))
const ofSite = (prefix: string, own: Record<string, string>) =>
  Object.fromEntries(OWN.map((name) => [`${prefix}_${name}`, own[name] ?? live[name]]))
const two = {
  ...shared,
  SITES: 'herald, gazette',
  ...ofSite('HERALD', { PUBLIC_URL: 'https://give.herald.example' }),
  ...ofSite('GAZETTE', {
    PUBLIC_URL: 'https://give.gazette.example',
    STRIPE_SECRET_KEY: 'rk_live_def456',
    STRIPE_WEBHOOK_SECRET: 'whsec_Qm4nB7vXz1Kt6yHd',
  }),
}

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readSites(env)
    return []
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems
    throw error
  }
}

test('without SITES there is one site, in public, with the variables that it always had', () => {
  const [only, ...others] = readSites(live)
  expect(others).toEqual([])
  expect(only).toMatchObject({ site: null, publicUrl: 'https://give.news.example', dataDir: '.data' })
  expect(only.secrets.common).toEqual([live.SESSION_SECRET])
})

test('each site has its own address, account, name and folder', () => {
  const [herald, gazette] = readSites(two)
  expect(herald).toMatchObject({
    site: { name: 'herald', of: 2 },
    publicUrl: 'https://give.herald.example',
    dataDir: '.data/herald',
  })
  expect(gazette).toMatchObject({
    site: { name: 'gazette', of: 2 },
    publicUrl: 'https://give.gazette.example',
    stripe: { secretKey: 'rk_live_def456' },
    databaseUrl: live.DATABASE_URL,
  })
})

describe('a secret', () => {
  test('that the sites share makes another secret for each of them', () => {
    const [herald, gazette] = readSites(two)
    const secrets = [herald, gazette].map((config) => config?.secrets.common?.[0])
    expect(new Set([...secrets, live.SESSION_SECRET]).size).toBe(3)
    expect(readSites(two)[0].secrets).toEqual(herald.secrets)
  })

  test('that a site brings is used as it is, so that links from before it was one of several go on working', () => {
    const own = 'Wq8eT2yU6iO0pA4sD9fG3hJ7kL1zX5cV'
    const [herald] = readSites({ ...two, HERALD_SESSION_SECRET: own })
    expect(herald.secrets.common).toEqual([own])
  })

  test.for(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'])(
    'of one site is refused at another: %s',
    (name) => {
      expect(problemsOf({ ...two, [`GAZETTE_${name}`]: live[name as keyof typeof live] })).toContain(
        `GAZETTE_${name}: is that of another site, HERALD_${name}`,
      )
    },
  )
})

describe('the start lists', () => {
  test('every problem of every site at once, by the name that the operator has to look for', () => {
    const problems = problemsOf({
      ...two,
      HERALD_NEWSROOM_NAME: '',
      GAZETTE_STRIPE_SECRET_KEY: '',
      GAZETTE_LANGUAGES: 'klingon',
      SESSION_SECRET: 'short',
    })
    expect(problems).toContain('HERALD_NEWSROOM_NAME: is missing')
    expect(problems).toContain('GAZETTE_STRIPE_SECRET_KEY: is missing')
    expect(problems.some((line) => line.startsWith('GAZETTE_LANGUAGES: each must be one of'))).toBe(true)
    expect(problems.filter((line) => line.startsWith('SESSION_SECRET:'))).toHaveLength(1)
    expect(problems).toHaveLength(4)
  })

  test('a variable without a prefix that only a site can have, and one of the process with a prefix', () => {
    expect(problemsOf({ ...two, NEWSROOM_NAME: 'The Post', HERALD_PORT: '80' })).toEqual([
      'NEWSROOM_NAME: belongs to one site: write HERALD_NEWSROOM_NAME or GAZETTE_NEWSROOM_NAME',
      'HERALD_PORT: is the same for all sites: write PORT',
    ])
  })

  test('two sites on one host', () => {
    expect(problemsOf({ ...two, GAZETTE_PUBLIC_URL: 'https://give.herald.example/gazette' })).toEqual([
      'GAZETTE_PUBLIC_URL: has the host of HERALD_PUBLIC_URL: each site needs a host of its own',
    ])
  })

  test.for([
    'public',
    'pg_site',
    'Herald',
    'newsroom',
    'a b',
    'herald,herald',
    '1st',
    'reader_donations_extensions',
  ])('a name that no site can have: %s', (SITES) => {
    expect(problemsOf({ ...two, SITES })[0]).toMatch(/^SITES: /)
  })

  test('a misspelt name with its prefix', () => {
    expect(problemsOf({ ...two, HERALD_NEWSROOM_TAXID: '1' })).toEqual([
      expect.stringMatching(/^HERALD_NEWSROOM_TAXID: .*HERALD_NEWSROOM_TAX_ID/),
    ])
  })
})

test('a longer name than another one’s keeps its variables', () => {
  const us = ofSite('HERALD_US', {
    PUBLIC_URL: 'https://us.herald.example',
    STRIPE_SECRET_KEY: 'rk_live_us',
    STRIPE_WEBHOOK_SECRET: 'whsec_Gf5rE8wQa3Zx6cVb',
  })
  const sites = readSites({ ...two, SITES: 'herald,herald_us,gazette', ...us })
  expect(sites.map(({ publicUrl }) => publicUrl)).toEqual([
    'https://give.herald.example',
    'https://us.herald.example',
    'https://give.gazette.example',
  ])
})

test('a command names its site, and the error lists the sites there are', () => {
  const sites = readSites(two)
  expect(siteAskedFor(['verify', '--site', 'gazette', '--offline'], sites)).toMatchObject({
    config: { site: { name: 'gazette' } },
    others: ['verify', '--offline'],
  })
  expect(siteAskedFor(['verify', '--site=herald'], sites).others).toEqual(['verify'])
  for (const args of [['verify'], ['verify', '--site', 'post'], ['verify', '--site']])
    expect(() => siteAskedFor(args, sites)).toThrow('herald, gazette')
  expect(() => siteAskedFor(['verify', '--site', 'herald'], readSites(live))).toThrow('SITES is not set')
})

describe('the documentation', () => {
  const guide = readFileSync(new URL('../../docs/sites.md', import.meta.url), 'utf8')
  /** The variables that a block of the page sets, as a shell reads them. */
  const variablesIn = (block: string) =>
    Object.fromEntries(
      [...block.matchAll(/^ *((?:[A-Z]+_?)+=.*)$/gm)].flatMap(([, line = '']) =>
        // Each value is in quotes, or ends at a space where further ones follow, or at the end of the line.
        [...line.matchAll(/([A-Z_]+)=(?:'([^']*)'|(.*?))(?= [A-Z_]+=| \\\\$| \\$|$)/g)].map(
          ([, name = '', quoted, bare]) => [name, quoted ?? bare ?? ''] as const,
        ),
      ),
    )
  const [tried = '', setUp = ''] = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block)

  test('gives a first try that starts two sites', () => {
    const sites = readSites(variablesIn(tried))
    expect(sites.map(({ newsroom, publicUrl }) => [newsroom.name, publicUrl])).toEqual([
      ['The Harbour Herald', 'http://herald.localhost:3000'],
      ['Die Wald-Gazette', 'http://gazette.localhost:3000'],
    ])
  })

  test('gives variables of a production that lacks nothing but what it leaves open', () => {
    const stated = Object.entries(variablesIn(setUp))
    const open = stated.filter(([, value]) => value.includes('…')).map(([name]) => name)
    const filled = Object.fromEntries(
      stated.map(([name, value]) => [
        name,
        value.includes('…') ? (live[name.replace(/^HERALD_/, '') as keyof typeof live] ?? value) : value, // a name or none
      ]),
    )
    expect(open).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'SESSION_SECRET', 'HERALD_STRIPE_SECRET_KEY']),
    )
    expect(problemsOf({ ...filled, SITES: 'herald' })).toEqual([])
  })
})
