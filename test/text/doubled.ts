import { en } from '../../src/text/en/en.ts'
import type { Catalogue } from '../../src/text/catalogue.ts'
import { textsIn } from '../../src/text/text.ts'

/** A language for tests that nobody speaks: English with every letter doubled. */
const doubledCatalogue = doubled(en) as Catalogue // by the way it is made it has the keys of `en`

export const doubledText = textsIn({ en, 'xx-double': doubledCatalogue })('xx-double')

function doubled(words: object): object {
  return Object.fromEntries(
    Object.entries(words).map(([key, message]: [string, unknown]) => [
      key,
      typeof message === 'string' ? inDoubled(message) : doubled(Object(message)),
    ]),
  )
}

function inDoubled(message: string): string {
  return message.replace(/\{\{\w+\}\}|\p{L}/gu, (piece) => (piece.startsWith('{') ? piece : piece + piece))
}
