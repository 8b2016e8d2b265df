import { z } from 'zod'

/** What the service answers, read as strictly as the contract writes it. */

const problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.strictObject({ pointer: z.string(), message: z.string().min(1) })).default([]),
  id: z.string().optional(),
})

const session = z.strictObject({
  id: z.string().regex(/^cs_test_\w+$/),
  url: z.url(),
  expiresAt: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
})
export type Session = z.output<typeof session>

/** @throws unless it is problem details of the status it was sent with */
export async function problemIn(response: Response): Promise<z.output<typeof problem>> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('application/problem+json'))
    throw new Error(`${response.status} ${type} is no problem`)
  const read = problem.parse(await response.json())
  if (read.status !== response.status) throw new Error(`says ${read.status}, sent as ${response.status}`)
  return read
}

/** The pointers of a problem, sorted. */
export async function pointersIn(response: Response): Promise<string[]> {
  const { errors } = await problemIn(response)
  return errors.map(({ pointer }) => pointer).toSorted()
}

/** @throws unless it is a checkout's 201 */
export async function sessionIn(response: Response): Promise<Session> {
  if (response.status !== 201) throw new Error(`No checkout: ${response.status} ${await response.text()}`)
  return session.parse(await response.json())
}
