import type { Catalogue } from '../catalogue.ts'

/** Spanish, for readers. English stands in for what is not translated yet. */
export const es: Catalogue = {}
