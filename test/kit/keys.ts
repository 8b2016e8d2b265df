import { keyringFrom } from '../../src/config/keyring.ts'

const OLDER_SECRET = 'a secret that the tests have replaced'

/** The keys of parts that a test puts together. A service that a test starts makes its own. */
export const testKeys = keyringFrom(['a secret of the tests only', OLDER_SECRET])

/** The keys from before the secret was replaced: what they signed must still be valid. */
export const olderTestKeys = keyringFrom([OLDER_SECRET])

/** The keys of somebody else. */
export const foreignKeys = keyringFrom(['a secret of somebody else'])
