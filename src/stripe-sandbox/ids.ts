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
  | 'bps_'
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

/** An id that looks like Stripe's: the prefix, then letters and digits. */
export type NewId = (prefix: IdPrefix) => string

/** Bytes for the next id of this kind. */
type IdBytes = (size: number, prefix: IdPrefix) => Uint8Array

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DEFAULT_LENGTH = 24
const LENGTHS: Partial<Record<IdPrefix, number>> = { cs_test_: 58, req_: 14, cus_: 14, si_: 14 }

/** @param bytes unpredictable ones, as of `node:crypto`, or those of a seed. */
export function createIdGenerator(bytes: IdBytes): NewId {
  return (prefix) => {
    let id: string = prefix
    // The remainder's slight bias does not matter for ids of a test server.
    for (const byte of bytes(LENGTHS[prefix] ?? DEFAULT_LENGTH, prefix))
      id += ALPHABET[byte % ALPHABET.length]
    return id
  }
}

/**
 * The same seed gives the same ids: the n-th id of a prefix does not depend on how many ids of other prefixes
 * (request ids, say) are made in between.
 * @param epoch the number of transactions before this start, so that no id is given out again after a restart.
 */
export function seededBytes(seed: number, epoch: number): IdBytes {
  const counts = new Map<IdPrefix, number>()
  return (size, prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1
    counts.set(prefix, count)
    return createHash('sha512').update(`${seed}/${epoch}/${prefix}/${count}`).digest().subarray(0, size)
  }
}

/** A number from 0 up to, but not including, 1: always the same for the same parts. */
export function seededRandom(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(parts.join('/')).digest().readUInt32BE(0) / 2 ** 32
}
