import { describe, expect } from 'vitest'
import { roles } from '../../../src/access/role.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest as test } from '../../kit/fixtures.ts'

describe('/finance/reports', () => {
  test('lists only reports that the role may open, and opens each', async ({ db, service }) => {
    for (const role of roles) {
      const staff = await hireStaff(db.database.knex, role)
      const token = await signInToken(db.database.knex, staff, service.now)
      const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
      const answer = await service.get('/finance/reports', cookies)
      expect([role, answer.status]).toEqual([role, 200])
      const [, list = ''] = (await answer.text()).split('<h1>')
      const addresses = Array.from(list.matchAll(/<dt><a href="([^"]+)"/g), ([, address = '']) => address)
      expect(addresses).toContain('/finance')
      for (const address of addresses) {
        const { status } = await service.get(address.replaceAll('&amp;', '&'), cookies)
        expect([role, address, status]).toEqual([role, address, 200])
      }
    }
  })
})
