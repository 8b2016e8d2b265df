import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { challenges, isProofOfWork, PARTS } from '../../src/protection/challenge.ts'
import { bitsFor, TERMS } from '../../src/protection/protection-terms.ts'
import { firstWord, proofOfWork } from '../../src/widget/browser/challenge-work.ts'

const now = new Date('2026-03-01T12:00:00Z')
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
const gift = { amountMinor: 500n, currency: 'usd', frequency: 'once', origin: 'https://courier.example' }
const id = 'AAAAAAAAAAAAAAAAAAAAAA'
const issuer = challenges(['key', 'older key'], { kind: 'proof_of_work', siteKey: null })
const issue = () => issuer.issue(gift, { id, bits: 4, waitSeconds: 6, now })
const rest = () => Promise.resolve()

describe('a challenge', () => {
  it('is recognised for the gift that it was asked for', () => {
    expect(issuer.recognise(issue().token, gift, later(9))).toEqual({
      id,
      bits: 4,
      waitSeconds: 6,
      issuedAt: now,
      expiresAt: later(10),
    })
  })

  it.each([
    ['another amount', { ...gift, amountMinor: 501n }],
    ['another currency', { ...gift, currency: 'eur' }],
    ['another frequency', { ...gift, frequency: 'monthly' }],
    ['the page of another site', { ...gift, origin: 'https://elsewhere.example' }],
  ])('is worth nothing for %s', (_, other) => {
    expect(issuer.recognise(issue().token, other, now)).toBeNull()
  })

  it('is worth nothing after ten minutes', () => {
    expect(issuer.recognise(issue().token, gift, later(10))).toBeNull()
  })

  it('stays valid while its secret is replaced, and is worth nothing with the secret of somebody else', () => {
    const { token } = issue()
    const asked = { kind: 'proof_of_work', siteKey: null } as const
    expect(challenges(['new key', 'key'], asked).recognise(token, gift, now)).not.toBeNull()
    expect(challenges(['foreign key'], asked).recognise(token, gift, now)).toBeNull()
  })

  it('cannot be changed in any character', () => {
    const { token } = issue()
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '_'), (place, letter) => {
        const changed = token.slice(0, place) + letter + token.slice(place + 1)
        fc.pre(changed !== token)
        // The last character of the signature has bits to spare.
        fc.pre(place < token.length - 1)
        expect(issuer.recognise(changed, gift, now)).toBeNull()
      }),
    )
    for (const text of ['', '.', 'a.b.c', `${token}.x`]) expect(issuer.recognise(text, gift, now)).toBeNull()
  })
})

describe('a proof of work', () => {
  it('hashes as SHA-256 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 55 }), (text) => {
        const hash = createHash('sha256').update(text).digest()
        expect(firstWord(text)).toBe(hash.readUInt32BE())
      }),
    )
  })

  it.each([1, 4, 8])('that the browser finds for %i bits is right for the service', async (bits) => {
    const proof = await proofOfWork({ salt: id, parts: PARTS, bits }, () => performance.now(), rest)
    expect(isProofOfWork(proof, { id, bits })).toBe(true)
    expect(isProofOfWork(proof, { id: id.replace('A', 'B'), bits })).toBe(false)
    expect(isProofOfWork(proof, { id, bits: bits + 12 })).toBe(false)
  })

  it('lets the browser draw while it works', async () => {
    let clock = 0
    let rested = 0
    await proofOfWork(
      { salt: id, parts: PARTS, bits: 8 },
      () => (clock += 5),
      () => Promise.resolve((rested += 1)),
    )
    expect(rested).toBeGreaterThan(5)
  })

  it.each([
    '',
    '1-2-3',
    `${'0-'.repeat(15)}x`,
    '-'.repeat(15),
    `${'99999999999-'.repeat(15)}1`,
    '0-'.repeat(99),
  ])('of another form is wrong: %j', (proof) => {
    expect(isProofOfWork(proof, { id, bits: 1 })).toBe(false)
  })

  it('gets harder with every step, and doubles with every doubling of an address’ tries', () => {
    const asks = (step: 0 | 1 | 2 | 3, address: number, isShared = false) =>
      bitsFor(step, { tries: { address, network: address }, isShared })
    expect(asks(1, 1)).toBe(TERMS[1].bits)
    expect([asks(2, 2), asks(3, 2)]).toEqual([TERMS[2].bits, TERMS[3].bits])
    expect(TERMS[3].bits).toBeGreaterThan(TERMS[2].bits)
    expect([4, 8, 16, 64, 9_999].map((tries) => asks(1, tries) - TERMS[1].bits)).toEqual([0, 1, 2, 4, 6])
    // Readers behind one proxy do not pay for one another.
    expect(asks(1, 9_999, true)).toBe(TERMS[1].bits)
    expect(bitsFor(1, { tries: null, isShared: true })).toBe(TERMS[1].bits)
  })
})
