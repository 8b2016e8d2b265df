import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import {
  admitByColleague,
  changeRole,
  dismissByColleague,
  type StaffProblem,
} from '../../../access/manage-staff.ts'
import { roles } from '../../../access/role.ts'
import { resetSecondFactors } from '../../../access/second-factor-store.ts'
import { staffOf, type StaffSessions } from '../../../access/session-middleware.ts'
import { staffEmail, type ListedStaff, type StaffId } from '../../../access/staff.ts'
import { listStaff } from '../../../access/staff-store.ts'
import { formBody } from '../../../http/body.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import type { FormProblem } from '../../../html/form-problems-view.ts'
import { isUsableAddress } from '../../../mail/mail.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import {
  personPage,
  removalPage,
  staffDone,
  staffPage,
  type StaffDone,
  type StaffListView,
} from './staff-view.ts'

const PATH = '/finance/settings/staff'

const emailField = z.string().transform(staffEmail).pipe(z.email().max(254).refine(isUsableAddress))
const roleField = z.enum(roles)
const doneQuery = z.object({ done: z.enum(staffDone), who: z.uuid() })

/** Who may sign in: admins let colleagues in, change their roles and take their access away. */
export function staffRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { db, clock, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('admin')] as const
  const change = [sameOriginOnly(deps.publicUrl), ...gate] as const
  const decisionOf = (ctx: Context) => ({ by: actorOf(ctx), self: staffOf(ctx).id, at: clock() })

  async function show(
    ctx: Context,
    { typed, problems, done }: Pick<StaffListView, 'typed' | 'problems' | 'done'>,
  ): Promise<void> {
    const { id: self } = staffOf(ctx)
    if (problems.length > 0) ctx.status = 400
    ctx.type = 'html'
    ctx.body = staffPage({
      ...frameOf(ctx, newsroom),
      staff: await listStaff(db),
      self,
      typed,
      problems,
      done,
    })
  }

  async function personIn(ctx: Context): Promise<ListedStaff> {
    const id: unknown = ctx['params']['id']
    const person = (await listStaff(db)).find((one) => one.id === id)
    if (!person) throw new Refusal('not_found', text.finance('staff.notFound'))
    return person
  }

  function showPerson(ctx: Context, person: ListedStaff, chosen: string, problems: readonly FormProblem[]) {
    if (problems.length > 0) ctx.status = 400
    ctx.type = 'html'
    ctx.body = personPage({ ...frameOf(ctx, newsroom), person, chosen, problems })
  }

  async function showRemoval(ctx: Context, email: string, problems: readonly FormProblem[]) {
    const present = (await listStaff(db)).filter(({ removedAt }) => removedAt === null)
    const addresses = present.map((one) => one.email)
    if (problems.length > 0) ctx.status = 400
    ctx.type = 'html'
    ctx.body = removalPage({ ...frameOf(ctx, newsroom), email, addresses, problems })
  }

  function toList(ctx: Context, done: StaffDone['what'], id: StaffId) {
    ctx.status = 303
    ctx.redirect(`${PATH}?done=${done}&who=${id}`)
  }

  return (
    new Router()
      .get(PATH, ...gate, async (ctx) => {
        const asked = doneQuery.safeParse(ctx.query).data
        const staff = asked && (await listStaff(db)).find(({ id }) => id === asked.who)
        const done = staff ? { what: asked.done, staff } : null
        await show(ctx, { typed: { email: '', role: '' }, problems: [], done })
      })
      .post(PATH, ...change, async (ctx) => {
        const fields = await formBody(ctx)
        const typed = { email: fields.get('email') ?? '', role: fields.get('role') ?? '' }
        const email = emailField.safeParse(typed.email).data
        const role = roleField.safeParse(typed.role).data
        if (email === undefined || role === undefined) {
          const problems = [
            ...(email === undefined ? [problem('email', 'email')] : []),
            ...(role === undefined ? [problem('role', 'role')] : []),
          ]
          return show(ctx, { typed, problems, done: null })
        }
        const admitted = await db.transaction((tx) => admitByColleague(tx, { email, role }, decisionOf(ctx)))
        if (admitted.outcome === 'known')
          return show(ctx, { typed, problems: [problem('email', 'known', email)], done: null })
        return toList(ctx, admitted.outcome, admitted.staff.id)
      })
      // Before the routes of one colleague, whose ids are UUIDs.
      .get(`${PATH}/remove`, ...gate, async (ctx) => {
        const person = (await listStaff(db)).find(
          ({ id, removedAt }) => id === ctx.query['who'] && !removedAt,
        )
        await showRemoval(ctx, person?.email ?? '', [])
      })
      .post(`${PATH}/remove`, ...change, async (ctx) => {
        const typed = (await formBody(ctx)).get('email') ?? ''
        const removed = await db.transaction((tx) =>
          dismissByColleague(tx, staffEmail(typed), decisionOf(ctx)),
        )
        if ('problem' in removed)
          return showRemoval(ctx, typed, [problem('email', removed.problem, staffEmail(typed))])
        return toList(ctx, 'removed', removed.staff.id)
      })
      .get(`${PATH}/:id`, ...gate, async (ctx) => {
        const person = await personIn(ctx)
        showPerson(ctx, person, person.role, [])
      })
      .post(`${PATH}/:id/role`, ...change, async (ctx) => {
        const person = await personIn(ctx)
        const typed = (await formBody(ctx)).get('role') ?? ''
        const role = roleField.safeParse(typed).data
        if (role === undefined) return showPerson(ctx, person, typed, [problem('role', 'role')])
        const changed = await db.transaction((tx) => changeRole(tx, { person, role }, decisionOf(ctx)))
        if ('problem' in changed)
          return showPerson(ctx, person, role, [problem('role', changed.problem, person.email)])
        return toList(ctx, changed.outcome, person.id)
      })
      .post(`${PATH}/:id/second-factor`, ...change, async (ctx) => {
        const person = await personIn(ctx)
        await db.transaction((tx) => resetSecondFactors(tx, person.id, decisionOf(ctx)))
        return toList(ctx, 'reset', person.id)
      })
  )
}

function problem(
  fieldId: 'email' | 'role',
  name: StaffProblem | 'email' | 'role' | 'known',
  email = '',
): FormProblem {
  return { fieldId, message: text.finance(`staff.problem.${name}`, { email }) }
}
