import type { Catalogue } from '../catalogue.ts'

/** Ukrainian, for readers. English stands in for what is not translated yet. */
export const uk: Catalogue = {}
