import { createHash } from 'node:crypto'

/** The latest act of the trail. Whoever keeps it elsewhere notices later whether acts up to it were edited or deleted. */
export type AuditHead = { readonly position: bigint; readonly hash: Buffer }

/** An act as the verification reads it: its stored hashes, and every other column as one text. */
export type ChainLink = AuditHead & { readonly previousHash: Buffer; readonly content: string }

export type ChainProblem =
  /** A position is missing: an act was deleted, or two were renumbered. */
  | 'missing'
  /** The act's columns do not yield its hash. */
  | 'edited'
  /** The act does not name the hash of the act before it. */
  | 'not_chained'
  /** The act of the exported head has another hash: the chain was computed once more. */
  | 'differs_from_head'
  /** The trail ends before the exported head. */
  | 'ends_before_head'

export type BrokenLink = { readonly position: bigint; readonly problem: ChainProblem }

/** Before the first act. */
export const NO_ACT: AuditHead = { position: 0n, hash: Buffer.alloc(32) }

/**
 * Follows the chain through acts in the order of their positions.
 * @param before the act before the first of them
 * @returns the first broken position; null when none is
 */
export function firstBrokenLink(
  before: AuditHead,
  links: readonly ChainLink[],
  exported: AuditHead | null,
): BrokenLink | null {
  let previous = before
  for (const link of links) {
    const { position, hash } = link
    if (position !== previous.position + 1n) return { position: previous.position + 1n, problem: 'missing' }
    if (!link.previousHash.equals(previous.hash)) return { position, problem: 'not_chained' }
    if (!createHash('sha256').update(link.content).digest().equals(hash))
      return { position, problem: 'edited' }
    if (exported?.position === position && !exported.hash.equals(hash))
      return { position, problem: 'differs_from_head' }
    previous = link
  }
  return null
}

/** `1234:` and 64 hexadecimal digits, to be kept elsewhere. */
export function headText({ position, hash }: AuditHead): string {
  return `${position}:${hash.toString('hex')}`
}

/** @returns null for a text that `headText` did not write */
export function parseHead(text: string): AuditHead | null {
  const [, position = '', hash = ''] = /^(0|[1-9]\d{0,17}):([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  return position === '' ? null : { position: BigInt(position), hash: Buffer.from(hash, 'hex') }
}
