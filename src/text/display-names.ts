const kept = new Map<string, Intl.DisplayNames>()

/**
 * The names of currencies or languages in a language. Making them takes longer than asking them a hundred times, so they are kept.
 * @param language one of ours, of which there are few
 */
export function displayNames(language: string, type: 'currency' | 'language'): Intl.DisplayNames {
  const key = `${type} ${language}`
  const names = kept.get(key) ?? new Intl.DisplayNames(language, { type })
  kept.set(key, names)
  return names
}
