import { elementsIn, type Element } from './html-elements.ts'
import { ELSEWHERE, MARK } from '../lists/awkward-texts.ts'
import type { Target } from '../requests/target.ts'
import { spoilsEnvelope } from '../requests/headers.ts'
import type { Wanted } from '../requests/wanted-request.ts'
import type { Answer } from '../stage/exchange.ts'

/** What an answer may look like whatever was asked. Each check says in a sentence what is wrong. */

/** Headers that the service, Koa or Node writes. A further one came from a request. */
const OWN_HEADERS = new Set(
  `access-control-allow-headers access-control-allow-methods access-control-allow-origin access-control-expose-headers
  access-control-max-age allow cache-control clear-site-data connection content-disposition content-encoding content-length
  content-security-policy content-type cross-origin-opener-policy cross-origin-resource-policy date etag keep-alive
  last-modified link location origin-agent-cluster permissions-policy referrer-policy refresh retry-after set-cookie
  strict-transport-security transfer-encoding vary www-authenticate x-content-type-options x-dns-prefetch-control
  x-download-options x-frame-options x-permitted-cross-domain-policies x-request-id x-robots-tag x-xss-protection`.split(
    /\s+/,
  ),
)

const OWN_TYPES = new Set(
  `application/json application/problem+json application/pdf application/zip font/woff2 image/png image/svg+xml image/x-icon
  application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/x-ndjson message/rfc822 text/css text/csv
  text/html text/javascript text/plain application/octet-stream application/xml text/xml`.split(/\s+/),
)

const COOKIE =
  /^(?:__Host-|__Secure-)?(?:staff|donate|return|unsent|known)[\w.-]*=[^;\s]*(?:; (?:path=\/[^;]*|expires=[^;]*|max-age=\d+|httponly|samesite=(?:lax|strict)|secure))*$/i

/** @returns what is wrong with the answer, in sentences */
export function problemsOf(
  target: Target,
  wanted: Wanted,
  answer: Answer,
  place: { readonly url: string; readonly sandboxUrl: string },
): string[] {
  const problems: string[] = []
  const say = (problem: string): void => void problems.push(problem)
  const { status } = answer
  const isSpoilt = wanted.framing === 'cut' || spoilsEnvelope(wanted.headers)
  const isGivingOff = status === 503 && answer.body.includes('giving_is_off')
  if (status >= 500 && !isGivingOff) say(`it answers ${status}: ${answer.body.toString().slice(0, 300)}`)
  if (answer.further.length > 0)
    say(`a second answer follows: ${JSON.stringify(answer.further.toString('latin1'))}`)
  for (const [name, value] of answer.headers) {
    if (!OWN_HEADERS.has(name.toLowerCase())) say(`a header that nobody sets: ${name}: ${value}`)
    if (name.toLowerCase() === 'set-cookie' && !COOKIE.test(value)) say(`an unknown cookie: ${value}`)
  }
  const header = (name: string) => answer.headers.find(([one]) => one.toLowerCase() === name)?.[1]
  const location = header('location')
  if (location !== undefined && leadsElsewhere(location, place)) say(`it leads elsewhere: ${location}`)
  const allowed = header('access-control-allow-origin')
  if (allowed?.includes(MARK)) say(`it lets another site read: ${allowed}`)
  const type = (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isPlainRefusal =
    status === 400 || status === 408 || status === 417 || status === 431 || status === 413
  if (answer.body.length > 0 && !OWN_TYPES.has(type) && !(isPlainRefusal && type === ''))
    say(`an unknown content type: ${type}`)
  if (type === 'text/html' && header('content-encoding') === undefined)
    problems.push(...htmlProblems(answer.body.toString(), place))
  if (type.endsWith('json') && wanted.method !== 'HEAD' && header('content-encoding') === undefined) {
    const read = jsonIn(answer.body.toString())
    if (read === undefined) say('its JSON is none')
    else {
      const wrong = (isSpoilt ? null : target.described?.get(status)?.get(type))?.(read) ?? []
      if (wrong.length > 0) say(`the description does not allow its body: ${wrong.join(', ').slice(0, 300)}`)
    }
    if (type === 'application/problem+json' && (read as { status?: unknown } | null)?.status !== status)
      say('its problem has another status')
  }
  const disposition = header('content-disposition')
  if (disposition !== undefined) problems.push(...fileNameProblems(disposition))
  if (target.described && !isSpoilt && ![400, 404, 405, 414, 431].includes(status)) {
    const types = target.described.get(status)
    if (!types) say(`the description names no status ${status}`)
    else if (types.size > 0 && !types.has(type))
      say(`the description names no content type ${type} for ${status}`)
  }
  return problems
}

/** @param place where the service and its payment pages are */
export function leadsElsewhere(
  location: string,
  { url, sandboxUrl }: { readonly url: string; readonly sandboxUrl: string },
): boolean {
  // Browsers take a backslash for a slash, and leave out tabs and line breaks.
  if (/[\\\t\r\n]/.test(location)) return true
  const leads = URL.parse(location, url)
  return leads === null || ![new URL(url).origin, new URL(sandboxUrl).origin].includes(leads.origin)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const LOADING = new Map([
  ['script', 'src'],
  ['img', 'src'],
  ['link', 'href'],
  ['form', 'action'],
  ['button', 'formaction'],
  ['input', 'formaction'],
  ['a', 'href'],
  ['use', 'href'],
  ['source', 'src'],
])
const FORBIDDEN_TAGS = new Set([
  'iframe',
  'object',
  'embed',
  'base',
  'style',
  'applet',
  'frame',
  'frameset',
  'math',
])

/** What no page of ours has: code or style in the page, frames, and elements, attributes or addresses that came from a request. */
export function htmlProblems(
  html: string,
  { url, sandboxUrl }: { readonly url: string; readonly sandboxUrl: string },
): string[] {
  const own = [new URL(url).origin, new URL(sandboxUrl).origin]
  return elementsIn(html).flatMap((element): string[] => {
    const { tag, attributes, text, parent } = element
    const wrong: string[] = []
    if (tag.includes(MARK) || FORBIDDEN_TAGS.has(tag)) wrong.push(`an element <${tag}> in <${parent}>`)
    if (tag === 'script' && text.trim() !== '' && !isData(element))
      wrong.push(`code in the page: ${text.slice(0, 100)}`)
    if (
      tag === 'meta' &&
      attributes.get('http-equiv')?.toLowerCase() === 'refresh' &&
      attributes.get('content')?.includes(MARK)
    )
      wrong.push('a refresh that leads elsewhere')
    for (const [name, value] of attributes) {
      if (name.includes(MARK) || name.startsWith('on') || name === 'style' || name === 'srcdoc')
        wrong.push(`an attribute ${name}="${value.slice(0, 100)}" of <${tag}>`)
    }
    const address = attributes.get(LOADING.get(tag) ?? '')
    if (address !== undefined) {
      const leads = URL.parse(address, url)
      const mayLeave = tag === 'a' || tag === 'link'
      if (
        leads &&
        !/^(https?|mailto):$/.test(leads.protocol) &&
        !(tag === 'img' && leads.protocol === 'data:')
      )
        wrong.push(`<${tag}> leads to ${address.slice(0, 100)}`)
      else if (leads && !mayLeave && leads.protocol !== 'data:' && !own.includes(leads.origin))
        wrong.push(`<${tag}> leads to ${address.slice(0, 100)}`)
      else if (leads?.host.endsWith(ELSEWHERE) && !mayLeave) wrong.push(`<${tag}> leads elsewhere`)
    }
    return wrong
  })
}

/** Data for a script, which no browser runs. */
function isData({ attributes }: Element): boolean {
  return /^application\/(ld\+)?json$/.test(attributes.get('type') ?? '')
}

/** RFC 6266: one name that leads out of no folder and ends no header. */
export function fileNameProblems(disposition: string): string[] {
  if (
    !/^(?:attachment|inline)(?:; filename=(?:"(?:[^"\\]|\\["\\])*"|[^\s;"]+))?(?:; filename\*=UTF-8''[\w.%!#$&+^`|~-]*)?$/.test(
      disposition,
    )
  )
    return [`no well-formed file name: ${disposition}`]
  const name = decodeURIComponent(/filename\*=UTF-8''([^;]*)/.exec(disposition)?.[1] ?? '')
  return /[/\\\p{Cc}]/u.test(name) ? [`a file name that leads elsewhere: ${disposition}`] : []
}
