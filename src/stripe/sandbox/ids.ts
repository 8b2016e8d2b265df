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

/** An id that looks like Stripe's: the prefix and letters and digits nobody can guess. */
export type NewId = (prefix: IdPrefix) => string

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DEFAULT_LENGTH = 24
const LENGTHS: Partial<Record<IdPrefix, number>> = { cs_test_: 58, req_: 14 }

/** @param randomBytes `n` unpredictable bytes, as of `node:crypto`. */
export function idMaker(randomBytes: (size: number) => Uint8Array): NewId {
  return (prefix) => {
    let id: string = prefix
    // A remainder's slight bias does not matter for ids of a test server.
    for (const byte of randomBytes(LENGTHS[prefix] ?? DEFAULT_LENGTH)) id += ALPHABET[byte % ALPHABET.length]
    return id
  }
}
