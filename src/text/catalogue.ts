import type { en } from './en/en.ts'

/** Messages under the keys of `en`. English stands in for those that a catalogue lacks. */
export type Catalogue = Translation<typeof en>
type Translation<Words> = Words extends string
  ? string
  : { readonly [Key in keyof Words]?: Translation<Words[Key]> } & FurtherPlurals<Words>
/** English has the plural forms `one` and `other`; other languages have further ones. */
type FurtherPlurals<Words> = {
  readonly [
    Key in keyof Words as Key extends `${infer Stem}_other`
      ? `${Stem}_${'zero' | 'two' | 'few' | 'many'}`
      : never
  ]?: string
}
