import type { FinanceService } from './finance-service.ts'

/** A browser as far as cookies go: it keeps what answers set and sends it with the next request. */
export type Jar = {
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
  /** As the next request sends them. */
  header(): string
  /** Takes a cookie that somebody planted. */
  plant(name: string, value: string): void
}

export function cookieJar(service: Pick<FinanceService, 'get' | 'post'>): Jar {
  const cookies = new Map<string, string>()
  const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const keep = (answer: Response) => {
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    header,
    plant: (name, value) => void cookies.set(name, value),
    get: async (path, headers = {}) => keep(await service.get(path, { ...headers, Cookie: header() })),
    post: async (path, form = {}, headers = {}) =>
      keep(await service.post(path, form, { ...headers, Cookie: header() })),
  }
}
