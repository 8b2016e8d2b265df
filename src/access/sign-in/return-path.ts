/** Longer addresses are not remembered. */
const LONGEST = 2_000

/**
 * The address as a path of finance's pages on this service, to be opened after the sign-in; null for anything else. Browsers
 * read `//host`, `/\host` and addresses with control characters as other sites' addresses.
 */
export function safeReturnPath(address: string): string | null {
  if (address.length > LONGEST || !/^\/finance(?=[/?#]|$)[\x21-\x5b\x5d-\x7e]*$/.test(address)) return null
  const url = URL.parse(address, 'https://service.invalid')
  const isOurs = url?.origin === 'https://service.invalid' && /^\/finance(\/|$)/.test(url.pathname)
  // Back to the sign-in would lead in a circle.
  if (!isOurs || /^\/finance\/sign-(in|out)(\/|$)/.test(url.pathname)) return null
  return `${url.pathname}${url.search}`
}
