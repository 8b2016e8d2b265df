import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import { actorOf } from '../../../../access/actor.ts'
import {
  admitByColleague,
  changeRole,
  dismissByColleague,
  type StaffProblem,
} from '../../../../access/manage-staff.ts'
import { roles } from '../../../../access/role.ts'
import { resetSecondFactors } from '../../../../access/second-factor/second-factor-store.ts'
import { staffOf, type StaffSessions } from '../../../../access/session/session-middleware.ts'
import { staffEmail, type ListedStaff, type StaffId } from '../../../../access/staff.ts'
import { listStaff } from '../../../../access/staff-store.ts'
import { Refusal } from '../../../../http/refusal.ts'
import { sameOriginOnly } from '../../../../http/same-origin.ts'
import { isUsableAddress } from '../../../../mail/mail.ts'
import { frameOf, text, type Newsroom } from '../../frame/finance-requests.ts'
import { fieldRefusal, readForm, sentForm, showsAgain } from '../../frame/form-requests.ts'
import { personPage, removalPage, staffDone, staffPage, type StaffDone } from './staff-view.ts'
import { inKnexTransaction } from '../../../../db/database.ts'

const PATH = '/finance/settings/staff'

const emailField = z.string().transform(staffEmail).pipe(z.email().max(254).refine(isUsableAddress))
const staffForm = z.object({ email: emailField, role: z.enum(roles) })
const fieldWords = {
  email: text.finance('staff.problem.email'),
  role: text.finance('staff.problem.role'),
  form: text.finance('refusal.form'),
}
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

  async function show(ctx: Context): Promise<void> {
    const staff = await listStaff(db)
    const asked = doneQuery.safeParse(ctx.query).data
    const who = asked && staff.find(({ id }) => id === asked.who)
    ctx.type = 'html'
    ctx.body = staffPage({
      ...frameOf(ctx, newsroom),
      staff,
      self: staffOf(ctx).id,
      done: who ? { what: asked.done, staff: who } : null,
    })
  }

  async function personIn(ctx: Context): Promise<ListedStaff> {
    const id: unknown = ctx['params']['id']
    const person = (await listStaff(db)).find((one) => one.id === id)
    if (!person) throw new Refusal('not_found', text.finance('staff.notFound'))
    return person
  }

  async function showPerson(ctx: Context): Promise<void> {
    const person = await personIn(ctx)
    ctx.type = 'html'
    ctx.body = personPage({ ...frameOf(ctx, newsroom), person })
  }

  async function showRemoval(ctx: Context): Promise<void> {
    const present = (await listStaff(db)).filter(({ removedAt }) => removedAt === null)
    ctx.type = 'html'
    ctx.body = removalPage({
      ...frameOf(ctx, newsroom),
      email: present.find(({ id }) => id === ctx.query['who'])?.email ?? '',
      addresses: present.map((one) => one.email),
    })
  }

  function toList(ctx: Context, done: StaffDone['what'], id: StaffId) {
    ctx.status = 303
    ctx.redirect(`${PATH}?done=${done}&who=${id}`)
  }

  return (
    new Router()
      .get(PATH, ...gate, (ctx) => show(ctx))
      .post(PATH, ...change, showsAgain({ page: show }), async (ctx) => {
        const { email, role } = await readForm(ctx, staffForm, fieldWords)
        const admitted = await inKnexTransaction(db, (tx) =>
          admitByColleague(tx, { email, role }, decisionOf(ctx)),
        )
        if (admitted.outcome === 'known') throw refusal('email', 'known', email)
        return toList(ctx, admitted.outcome, admitted.staff.id)
      })
      // Before the routes of one colleague, whose ids are UUIDs.
      .get(`${PATH}/remove`, ...gate, (ctx) => showRemoval(ctx))
      .post(`${PATH}/remove`, ...change, showsAgain({ page: showRemoval }), async (ctx) => {
        const typed = (await sentForm(ctx))['email'] ?? ''
        const removed = await inKnexTransaction(db, (tx) =>
          dismissByColleague(tx, staffEmail(typed), decisionOf(ctx)),
        )
        if ('problem' in removed) throw refusal('email', removed.problem, staffEmail(typed))
        return toList(ctx, 'removed', removed.staff.id)
      })
      .get(`${PATH}/:id`, ...gate, (ctx) => showPerson(ctx))
      .post(`${PATH}/:id/role`, ...change, showsAgain({ page: showPerson, otherwise: show }), async (ctx) => {
        const { role } = await readForm(ctx, staffForm.pick({ role: true }), fieldWords)
        const person = await personIn(ctx)
        const changed = await inKnexTransaction(db, (tx) => changeRole(tx, { person, role }, decisionOf(ctx)))
        if ('problem' in changed) throw refusal('role', changed.problem, person.email)
        return toList(ctx, changed.outcome, person.id)
      })
      .post(
        `${PATH}/:id/second-factor`,
        ...change,
        showsAgain({ page: showPerson, otherwise: show }),
        async (ctx) => {
          const person = await personIn(ctx)
          await inKnexTransaction(db, (tx) => resetSecondFactors(tx, person.id, decisionOf(ctx)))
          return toList(ctx, 'reset', person.id)
        },
      )
  )
}

function refusal(field: 'email' | 'role', problem: StaffProblem | 'known', email: string): Refusal {
  const message = text.finance(`staff.problem.${problem}`, { email })
  return fieldRefusal([field], { [field]: message, form: message })
}
