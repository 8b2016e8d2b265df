/*
 * What a search looks through, in lower case. The words of a gift are kept for each gift; those of its story once for all of its gifts, so
 * that the index of words does not hold long titles and addresses millions of times.
 */

/** The donor and the message of a donation, as SQL; and the title where the story has no address to find its gifts by. */
export const giftWordsSql = (d: string) =>
  `lower(concat_ws(' ', ${d}.donor_name, ${d}.donor_email, ${d}.message, case when ${d}.article_url is null then ${d}.article_title end))`

/** The title and the address of the story that a donation was given at, as SQL. */
export const storyWordsSql = (d: string) => `lower(concat_ws(' ', ${d}.article_title, ${d}.article_url))`
