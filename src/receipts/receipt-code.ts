import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseReceiptNumber, receiptNumber, type ReceiptNumber } from './receipt-number.ts'
import type { CitedReceipt } from './receipt-numbering.ts'
import type { ReceiptProof } from './receipt.ts'

/** The short codes by which anybody can check that a receipt is genuine. */
export type ReceiptCodes = {
  /** `7K3M-9QTX-0B5E-WZ4H`: the same receipt always has the same code, so that receipts of earlier releases have one, too. */
  codeFor(receipt: CitedReceipt): string
  /** Whether it is the receipt's code, as people type it: small letters, without hyphens, `O` for zero. */
  isCodeOf(receipt: CitedReceipt, typed: string): boolean
}

/** Crockford's Base32: no `I`, `L`, `O` and `U` (crockford.com/base32.html). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LETTERS = 16
const BITS_OF_LETTER = 5
const CODE_BYTES = (LETTERS * BITS_OF_LETTER) / 8 // 80 bits: guessing one is out of reach

/** @param keys the first one makes codes, every one verifies them */
export function receiptCodes(keys: readonly [string, ...string[]]): ReceiptCodes {
  const proof = (key: string, { year, number }: CitedReceipt): Buffer =>
    createHmac('sha256', key)
      .update(`receipt code ${receiptNumber(year, number)}`)
      .digest()
      .subarray(0, CODE_BYTES)
  return {
    codeFor: (receipt) => grouped(lettersOf(proof(keys[0], receipt))),
    isCodeOf(receipt, typed) {
      const given = bytesOf(typed)
      if (given === null) return false
      // Every key is compared, so that the time does not say which one fits.
      return keys.filter((key) => timingSafeEqual(proof(key, receipt), given)).length > 0
    },
  }
}

function lettersOf(bytes: Uint8Array): string {
  let bits = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let letters = ''
  for (let at = 0; at < LETTERS; at += 1) {
    letters = `${ALPHABET[Number(bits % 32n)]}${letters}`
    bits /= 32n
  }
  return letters
}

/** @returns null for a text that is no code */
function bytesOf(typed: string): Buffer | null {
  const letters = typed
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  if (letters.length !== LETTERS) return null
  let bits = 0n
  for (const letter of letters) {
    const value = ALPHABET.indexOf(letter)
    if (value === -1) return null
    bits = bits * 32n + BigInt(value)
  }
  return Buffer.from(bits.toString(16).padStart(CODE_BYTES * 2, '0'), 'hex')
}

function grouped(letters: string): string {
  return letters.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** The public page on which a receipt can be checked. */
export const VERIFY_PATH = '/verify-receipt'

/** What a receipt shows so that it can be checked. @param publicUrl where readers reach the service */
export function receiptProofs(
  codes: Pick<ReceiptCodes, 'codeFor'>,
  publicUrl: string,
): (number: ReceiptNumber) => ReceiptProof {
  return (number) => {
    const cited = parseReceiptNumber(number)
    if (!cited) throw new Error(`${number} is not the number of a receipt`)
    const code = codes.codeFor({ year: cited.year, number: cited.sequence })
    const pageUrl = `${publicUrl}${VERIFY_PATH}`
    return { code, pageUrl, url: `${pageUrl}?${new URLSearchParams({ number, code })}` }
  }
}
