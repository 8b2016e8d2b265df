import type { Catalogue } from '../catalogue.ts'

/** French, for readers. English stands in for what is not translated yet. */
export const fr: Catalogue = {}
