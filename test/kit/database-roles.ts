import { randomBytes } from 'node:crypto'
import { runAdmin } from '../../src/admin/admin.ts'
import { adminDeps, written } from './admin.ts'
import type { TestDatabase } from './database.ts'

/** Makes the two users by the operator's command and gives them a password, as an operator does. */
export async function withRoles(db: TestDatabase) {
  const mark = randomBytes(6).toString('hex')
  const names = { app: `rd_app_${mark}`, reports: `rd_reports_${mark}` }
  const { pool } = db.database
  const args = ['database-roles', '--app', names.app, '--reports', names.reports]
  const run = () =>
    written((output) =>
      runAdmin(
        args,
        adminDeps(db, () => new Date()),
        output,
      ),
    )
  const { code, err } = await run()
  if (code !== 0) throw new Error(err)
  const urlOf = async (name: string) => {
    await pool.query(`alter role ${name} password '${mark}'`)
    const url = new URL(db.url)
    url.username = name
    url.password = mark
    return url.href
  }
  return {
    names,
    appUrl: await urlOf(names.app),
    reportsUrl: await urlOf(names.reports),
    again: run,
    /** Users outlive their database. Call it before the database is dropped, when nobody is connected any more. */
    async remove() {
      for (const name of Object.values(names)) {
        await pool.query(`drop owned by ${name}`)
        await pool.query(`drop role ${name}`)
      }
    },
  }
}
