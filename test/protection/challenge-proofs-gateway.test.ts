import nock from 'nock'
import { describe, expect, it, vi } from 'vitest'
import { proofCheck } from '../../src/protection/challenge-proofs-gateway.ts'
import { nockAnswers } from '../kit/nock-hosts.ts'

const issued = { id: 'AAAAAAAAAAAAAAAAAAAAAA', bits: 1 }
const settings = (kind: 'turnstile' | 'hcaptcha') => ({ kind, siteKey: 'site-key', secret: 'the-secret' })

nockAnswers()

// The answers as the providers document them:
// https://developers.cloudflare.com/turnstile/get-started/server-side-validation and https://docs.hcaptcha.com
const providers = [
  [
    'turnstile',
    'https://challenges.cloudflare.com',
    '/turnstile/v0/siteverify',
    { secret: 'the-secret', response: 'XXXX.DUMMY.TOKEN.XXXX' },
    {
      success: true,
      challenge_ts: '2026-02-28T15:14:30.096Z',
      hostname: 'courier.example',
      'error-codes': [],
      action: 'login',
      cdata: 'sessionid-123456789',
    },
  ],
  [
    'hcaptcha',
    'https://api.hcaptcha.com',
    '/siteverify',
    { secret: 'the-secret', response: 'XXXX.DUMMY.TOKEN.XXXX', sitekey: 'site-key' },
    { success: true, challenge_ts: '2026-02-28T15:14:30Z', hostname: 'courier.example', credit: true },
  ],
] as const

describe.each(providers)('%s', (kind, host, path, asked, right) => {
  const check = proofCheck(settings(kind), 200)
  const ask = () => check('XXXX.DUMMY.TOKEN.XXXX', issued)

  it('is asked with the secret and the answer, and nothing of the reader', async () => {
    const call = nock(host).post(path, asked).reply(200, right)
    expect(await ask()).toBe('right')
    expect(call.isDone()).toBe(true)
  })

  it.each([
    ['invalid-input-response', 'wrong'],
    ['timeout-or-duplicate', 'wrong'],
    ['already-seen-response', 'wrong'],
    ['missing-input-response', 'wrong'],
    ['invalid-input-secret', 'unverifiable'],
    ['internal-error', 'unverifiable'],
    ['sitekey-secret-mismatch', 'unverifiable'],
  ])('with the error %s says %s', async (code, verdict) => {
    nock(host)
      .post(path)
      .reply(200, { success: false, 'error-codes': [code] })
    expect(await ask()).toBe(verdict)
  })

  it.each([
    ['an error without JSON', 500, 'Bad gateway'],
    ['another shape', 200, { ok: true }],
    ['a redirect', 302, ''],
  ])('that answers with %s has said nothing', async (_, status, body) => {
    nock(host).post(path).reply(status, body, { location: 'https://elsewhere.example/' })
    expect(await ask()).toBe('unverifiable')
  })

  it('that does not answer in time, or not at all, has said nothing', async () => {
    nock(host).post(path).replyWithError('connection reset')
    expect(await ask()).toBe('unverifiable')
    // nock cannot be broken off while it delays an answer.
    const silent = vi.spyOn(globalThis, 'fetch').mockImplementation(
      (_url, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    )
    expect(await ask()).toBe('unverifiable')
    silent.mockRestore()
  })

  it('is not asked about an answer that is too long to be one', async () => {
    expect(await check('x'.repeat(10_001), issued)).toBe('wrong')
  })
})
