import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { live, problemsOf } from './production-variables.ts'

const provider = {
  OIDC_ISSUER: 'https://login.news.example',
  OIDC_CLIENT_ID: 'reader-donations',
  OIDC_CLIENT_SECRET: 'vT8qW3zLx0Rk5mNb2Yc9Hf4J',
  OIDC_ALLOWED_DOMAINS: 'News.example, staff.news.example',
}

test('a second factor is required in production and optional elsewhere, unless it is said', () => {
  expect(readConfig(live).signIn.secondFactor).toBe('required')
  expect(readConfig({}).signIn.secondFactor).toBe('optional')
  expect(readConfig({ ...live, SECOND_FACTOR: 'optional' }).signIn.secondFactor).toBe('optional')
  expect(readConfig({ SECOND_FACTOR: 'everybody' }).signIn.secondFactor).toBe('everybody')
  expect(readConfig({ SECOND_FACTOR: 'required' }).signIn.secondFactor).toBe('required')
  expect(problemsOf({ SECOND_FACTOR: 'off' })).toEqual([
    'SECOND_FACTOR: must be everybody, required or optional',
  ])
})

test('a session lasts for twelve hours without a request and seven days in any case, unless it is said', () => {
  expect(readConfig({}).signIn).toMatchObject({ idleMs: 12 * 3_600_000, longestMs: 7 * 24 * 3_600_000 })
  const short = readConfig({ SESSION_IDLE_MINUTES: '30', SESSION_LONGEST_HOURS: '8' })
  expect(short.signIn).toMatchObject({ idleMs: 1_800_000, longestMs: 8 * 3_600_000 })
  expect(problemsOf({ SESSION_IDLE_MINUTES: '0' })).toEqual([
    'SESSION_IDLE_MINUTES: must be a whole number above zero',
  ])
})

describe('the identity provider', () => {
  test('is none without variables', () => {
    expect(readConfig(live).signIn.provider).toBeNull()
  })

  test('is called by its host unless it has a name, and knows of no roles unless they are mapped', () => {
    expect(readConfig({ ...live, ...provider }).signIn.provider).toEqual({
      issuer: 'https://login.news.example',
      clientId: 'reader-donations',
      clientSecret: provider.OIDC_CLIENT_SECRET,
      name: 'login.news.example',
      scopes: 'openid email profile',
      allowedDomains: ['news.example', 'staff.news.example'],
      roles: null,
    })
  })

  test('gives roles by the values of a claim', () => {
    const roles = { OIDC_ROLE_CLAIM: 'groups', OIDC_ROLES: 'cn=money,ou=news=finance' }
    expect(problemsOf({ ...live, ...provider, ...roles })).toEqual([
      'OIDC_ROLES: each must read VALUE=ROLE, where ROLE is one of viewer, auditor, finance, admin',
    ])
    const right = { ...roles, OIDC_ROLES: 'money=finance, team=owners=admin' }
    expect(readConfig({ ...live, ...provider, ...right }).signIn.provider?.roles).toEqual({
      claim: 'groups',
      byValue: new Map([
        ['money', 'finance'],
        ['team=owners', 'admin'],
      ]),
    })
  })

  test.each(Object.keys(provider))('is refused without %s', (name) => {
    expect(problemsOf({ ...live, ...provider, [name]: '' })).toEqual([`${name}: is missing`])
  })

  test('is refused with a mapping but no claim, a claim but no mapping, or a name alone', () => {
    expect(problemsOf({ ...live, ...provider, OIDC_ROLES: 'money=finance' })).toEqual([
      'OIDC_ROLE_CLAIM: is missing',
    ])
    expect(problemsOf({ ...live, ...provider, OIDC_ROLE_CLAIM: 'groups' })).toEqual([
      'OIDC_ROLES: is missing',
    ])
    expect(problemsOf({ ...live, OIDC_NAME: 'Accounts' })).toEqual(
      Object.keys(provider).map((name) => `${name}: is missing`),
    )
  })

  test('is reached by https, or on this machine outside production', () => {
    const issuer = (url: string) => ({ ...provider, OIDC_ISSUER: url })
    expect(problemsOf({ ...live, ...issuer('http://127.0.0.1:9000') })).toEqual([
      'OIDC_ISSUER: must be a URL starting with https://',
    ])
    expect(problemsOf(issuer('http://login.news.example'))).toEqual([
      'OIDC_ISSUER: must start with https://, unless it is on this machine',
    ])
    expect(problemsOf(issuer('http://127.0.0.1:9000'))).toEqual([])
  })

  test('has a secret that nobody can guess', () => {
    expect(problemsOf({ ...live, ...provider, OIDC_CLIENT_SECRET: 'abababababababababab' })).toEqual([
      'OIDC_CLIENT_SECRET: has too few different characters: make a random one',
    ])
    expect(problemsOf({ ...live, OIDC_ISUER: 'https://login.news.example' })[0]).toContain(
      'is OIDC_ISSUER meant?',
    )
  })
})
