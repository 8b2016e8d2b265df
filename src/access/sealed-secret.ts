import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The keys of one purpose, 256 bits as base64url each: the first one seals, each of them opens. */
export type SealingKeys = readonly [string, ...string[]]

/**
 * A secret as the database may hold it, by AES-256-GCM.
 * @param owner is sealed in with it, so that a row that was copied to another owner opens nothing
 */
export function sealed(secret: string, owner: string, [key]: SealingKeys): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), nonce)
  cipher.setAAD(Buffer.from(owner))
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text])
}

/** Null when none of the keys opens it. */
export function opened(box: Buffer, owner: string, keys: SealingKeys): string | null {
  for (const key of keys) {
    const nonce = box.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), nonce)
    decipher.setAAD(Buffer.from(owner))
    decipher.setAuthTag(box.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    try {
      const text = decipher.update(box.subarray(NONCE_BYTES + TAG_BYTES))
      return Buffer.concat([text, decipher.final()]).toString('utf8')
    } catch {
      // Sealed with another key.
    }
  }
  return null
}

/** The secret sealed by the first key, where an older one sealed it. Null when the first key opens it, or when none does. */
export function sealedAnew(box: Buffer, owner: string, keys: SealingKeys): Buffer | null {
  if (opened(box, owner, [keys[0]]) !== null) return null
  const secret = opened(box, owner, keys)
  return secret === null ? null : sealed(secret, owner, keys)
}
