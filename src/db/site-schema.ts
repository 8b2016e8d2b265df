/** The address of a database for connections that see one schema and nothing else. Existing options stay. */
export function inSchema(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl)
  const options = [url.searchParams.get('options'), `-c search_path=${schema}`]
  url.searchParams.set('options', options.filter(Boolean).join(' '))
  // A plus sign would be part of the option: pg decodes a blank from %20 only.
  url.search = url.search.replaceAll('+', '%20')
  return url.href
}
