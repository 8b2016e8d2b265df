import { createHash } from 'node:crypto'

/**
 * The stored form of a secret. A plain SHA-256 is enough because every secret here is 32 random bytes: there is no
 * dictionary to try. The lookup by index replaces a constant-time comparison: how far the hash of a guess agrees with
 * a stored hash says nothing about how to guess better.
 */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
