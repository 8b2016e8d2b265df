/** A request as it goes over the wire, with nothing between it and the service that would mend it. */
export type Wanted = {
  readonly method: string
  /** As it stands in the request line. */
  readonly address: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array | null
  /** How the body's length is said. `none`: not at all; `cut`: ten bytes more than there are. */
  readonly framing: 'length' | 'chunked' | 'none' | 'cut'
}

export type Header = readonly [name: string, value: string]

/** @param usual headers that a request has unless it says otherwise */
export function bytesOf(wanted: Wanted, usual: readonly Header[]): Buffer {
  const own = new Set(wanted.headers.map(([name]) => name.toLowerCase()))
  const { body, framing } = wanted
  const length = body?.length ?? 0
  const framed: Header[] =
    body === null || framing === 'none'
      ? []
      : framing === 'chunked'
        ? [['Transfer-Encoding', 'chunked']]
        : [['Content-Length', String(framing === 'cut' ? length + 10 : length)]]
  const headers = [
    ...usual.filter(([name]) => !own.has(name.toLowerCase())),
    ...framed.filter(([name]) => !own.has(name.toLowerCase())),
    ...wanted.headers,
  ]
  const head = [
    `${wanted.method} ${wanted.address} HTTP/1.1`,
    ...headers.map((pair) => pair.join(': ')),
    '',
    '',
  ]
  const sent =
    body === null
      ? []
      : framing === 'chunked'
        ? [Buffer.from(`${length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')].slice(
            length === 0 ? 2 : 0,
          )
        : [body]
  return Buffer.concat([Buffer.from(head.join('\r\n')), ...sent])
}

/** For people who want to send it again: printable, and not endless. */
export function shownRequest(wanted: Wanted): string {
  const text = bytesOf(wanted, []).toString('latin1')
  return JSON.stringify(text.length > 1_500 ? `${text.slice(0, 1_500)}…` : text)
}
