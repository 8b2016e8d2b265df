/** The same text with another last character: an address that nobody was given, whatever chance made of the first. */
export function otherThan(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`
}
