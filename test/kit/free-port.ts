import { listen } from './http.ts'

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const probe = await listen(() => undefined)
  await probe.close()
  return Number(new URL(probe.url).port)
}
