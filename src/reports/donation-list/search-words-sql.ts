/*
 * What a search looks through, in lower case. The words of a gift are kept for each gift; those of its story once for all of its gifts, so
 * that the index of words does not hold long titles and addresses millions of times.
 */

/** The donor and the message of a donation, as SQL; and the title where the story has no address to find its gifts by. */
export const giftWordsSql = (d: string) =>
  `lower(concat_ws(' ', ${d}.donor_name, ${d}.donor_email, ${d}.message, case when ${d}.article_url is null then ${d}.article_title end))`

/** The title and the address of the story that a donation was given at, as SQL. */
export const storyWordsSql = (d: string) => `lower(concat_ws(' ', ${d}.article_title, ${d}.article_url))`

/**
 * Parts of three letters or digits that hold what is looked for, together every letter of its words. PostgreSQL would ask for all parts that
 * overlap, which takes two to three times as long: the index has every third of them, too. A word of two letters is a part with the space
 * beside it.
 * @returns none where a part is all of the text
 */
export function partsOf(text: string): string[] {
  const words = Array.from(text.matchAll(WORDS), ({ 0: word, index }) => {
    const letters = Array.from(word)
    const [before, after] = [text[index - 1], text[index + word.length]]
    if (letters.length >= SIZE) return threes(letters)
    if (letters.length < SIZE - 1) return []
    return before === ' ' ? [` ${word}`] : after === ' ' ? [`${word} `] : []
  })
  const parts = [...new Set(words.flat())].slice(0, MOST_PARTS)
  return parts.length === 1 && parts[0] === text ? [] : parts
}

/**
 * A capital sigma is another letter in lower case at the end of a word, and in Turkish a capital I is one before a dot above. A part
 * does not know what comes after it.
 */
const WORDS = /(?:(?!Σ|I\p{M}*\u{307})[\p{L}\p{N}])+/gu
const SIZE = 3
const MOST_PARTS = 12

/** The last part begins earlier where letters would be left. */
function threes(letters: readonly string[]): string[] {
  const last = letters.length - SIZE
  return Array.from({ length: Math.ceil(letters.length / SIZE) }, (_, index) => {
    const from = Math.min(index * SIZE, last)
    return letters.slice(from, from + SIZE).join('')
  })
}
