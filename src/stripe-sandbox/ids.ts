import { createHash } from 'node:crypto'

export type IdPrefix =
  | 'cs_test_'
  | 'pi_'
  | 'ch_'
  | 'py_'
  | 'evt_'
  | 'req_'
  | 'li_'
  | 'price_'
  | 'prod_'
  | 'pm_'
  | 'secret_'
  | 'cus_'
  | 'sub_'
  | 'si_'
  | 'in_'
  | 'il_'
  | 'inpay_'
  | 'txn_'
  | 're_'
  | 'pyr_'
  | 'dp_'
  | 'po_'
  | 'issfr_'

/** An id that looks like Stripe's: the prefix and letters and digits. */
export type NewId = (prefix: IdPrefix) => string

/** Bytes for the next id of this kind. */
export type IdBytes = (size: number, prefix: IdPrefix) => Uint8Array

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DEFAULT_LENGTH = 24
const LENGTHS: Partial<Record<IdPrefix, number>> = { cs_test_: 58, req_: 14, cus_: 14, si_: 14 }

/** @param bytes unpredictable ones, as of `node:crypto`, or those of a seed. */
export function idMaker(bytes: IdBytes): NewId {
  return (prefix) => {
    let id: string = prefix
    // A remainder's slight bias does not matter for ids of a test server.
    for (const byte of bytes(LENGTHS[prefix] ?? DEFAULT_LENGTH, prefix))
      id += ALPHABET[byte % ALPHABET.length]
    return id
  }
}

/**
 * The same seed gives the same ids: the n-th of its prefix is the same, whatever ids of other kinds (of
 * requests, say) were made in between.
 * @param epoch how much was kept before this start, so that after a restart no id is given out again.
 */
export function seededBytes(seed: number, epoch: number): IdBytes {
  const counts = new Map<IdPrefix, number>()
  return (size, prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1
    counts.set(prefix, count)
    return createHash('sha512').update(`${seed}/${epoch}/${prefix}/${count}`).digest().subarray(0, size)
  }
}

/** A number from 0 up to 1, the same for the same words: chance that can be replayed. */
export function chance(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('/')).digest().readUInt32BE(0) / 2 ** 32
}
