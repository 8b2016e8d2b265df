import { createHash } from 'node:crypto'

/**
 * What is kept of a secret. A plain SHA-256 is enough because every secret here is 32 random bytes: there is no dictionary
 * to try. Looking the hash up in an index is also the constant-time comparison: how far a guess's *hash* agrees with a
 * kept one tells nothing about how to guess better.
 */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
