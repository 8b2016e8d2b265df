/** What gifts can be restricted by. */
export const restrictionKinds = ['campaign', 'article'] as const
export type RestrictionKind = (typeof restrictionKinds)[number]

/** A campaign or a story whose gifts are restricted to the purpose of a fund. */
export type Restriction = {
  readonly kind: RestrictionKind
  /** The campaign's name or the article's address, as donations have it. */
  readonly key: string
  readonly fund: string
}

/** Nobody manages more by hand; a report reads all of them. */
export const MOST_RESTRICTIONS = 200

/** The keys of one kind, each with its fund. */
export function fundsOf(restrictions: readonly Restriction[], kind: RestrictionKind): Map<string, string> {
  return new Map(restrictions.filter((one) => one.kind === kind).map(({ key, fund }) => [key, fund]))
}
