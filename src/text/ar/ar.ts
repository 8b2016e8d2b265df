import type { Catalogue } from '../catalogue.ts'

/** Arabic, for readers. English stands in for what is not translated yet. */
export const ar: Catalogue = {}
