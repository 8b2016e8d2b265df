import type { Catalogue } from '../catalogue.ts'

/** German, for readers. English stands in for what is not translated yet. */
export const de: Catalogue = {}
