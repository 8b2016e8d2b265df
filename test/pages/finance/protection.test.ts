import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { QUIET } from '../../../src/protection/attack-mode.ts'
import { addKeptOut, readProtection, saveAttackMode } from '../../../src/protection/protection-store.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})

const PATH = '/finance/settings/protection'
const wordsOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('/finance/settings/protection', () => {
  test('says since when and why attack mode is on and what was kept out, and the overview points to it', async ({
    pool,
    service,
    signedIn,
  }) => {
    const since = new Date('2026-02-10T11:42:00Z')
    await saveAttackMode(pool, {
      ...QUIET,
      step: 2,
      armed: { since, stepSince: since, cause: 'declines' },
    })
    await addKeptOut(pool, since, [{ outcome: 'challenged', count: 12_345 }])
    await addKeptOut(pool, since, [{ outcome: 'challenged', count: 5 }])
    const cookies = await signedIn('auditor')
    const page = wordsOf(await (await service.get(PATH, cookies)).text())
    expect(page).toContain('Attack mode is on, step 2 of 3.')
    expect(page).toContain('Many more cards are declined than usual.')
    expect(page).toContain('Asked for a challenge 12,350 12,350')
    expect(page).toContain('An admin can change this.')
    expect(page).not.toContain('Switch giving off')
    const overview = wordsOf(await (await service.get('/finance', cookies)).text())
    expect(overview).toContain('Somebody seems to try stolen cards. Attack mode is on since')
    await saveAttackMode(pool, QUIET)
  })

  test('lets admins alone decide, and records what they decided', async ({ pool, service, signedIn }) => {
    const [admin, finance] = [await signedIn('admin'), await signedIn('finance')]
    for (const [path, form] of [
      [PATH, { control: 'off' }],
      [`${PATH}/giving`, { giving: 'off' }],
    ] as const) {
      expect((await service.post(path, form, finance)).status).toBe(403)
      const elsewhere = { ...admin, 'Sec-Fetch-Site': 'cross-site' }
      expect((await service.post(path, form, elsewhere)).status).toBe(403)
    }
    expect(await readProtection(pool)).toMatchObject({ control: 'automatic', givingOffSince: null })

    expect((await service.post(PATH, { control: 'perhaps' }, admin)).status).toBe(400)
    expect((await service.post(PATH, { control: 'on' }, admin)).headers.get('Location')).toBe(
      `${PATH}?control`,
    )
    expect((await service.post(`${PATH}/giving`, { giving: 'off' }, admin)).status).toBe(303)
    const page = wordsOf(await (await service.get(`${PATH}?off`, admin)).text())
    expect(page).toContain('Giving is switched off since')
    expect(page).toContain('An admin keeps attack mode on.')
    await service.post(`${PATH}/giving`, { giving: 'on' }, admin)
    // Asked for twice, it happens once.
    await service.post(`${PATH}/giving`, { giving: 'on' }, admin)
    expect(
      await selectAll(
        pool,
        `select act, after from audit_trail where subject = 'settings/protection' order by position`,
      ),
    ).toEqual([
      { act: 'attack_mode_controlled', after: { attackMode: 'on' } },
      { act: 'giving_switched_off', after: null },
      { act: 'giving_switched_on', after: null },
    ])
  })
})
