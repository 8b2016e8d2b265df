import path from 'node:path'
import { withDatabase, query } from '../../kit/test-server.ts'
import type { OwnPostgres } from './postgres.ts'

/** How a backup is taken, and how the database comes back from it. */
export type Way = {
  readonly name: 'dump' | 'basebackup' | 'archive'
  readonly says: string
  take(postgres: OwnPostgres): Promise<void>
  /** Is done just before the disk is lost. */
  beforeTheLoss?(postgres: OwnPostgres): Promise<void>
  restore(postgres: OwnPostgres): Promise<void>
  /** Whether what people did after the backup is there again, too. */
  readonly losesNothing: boolean
}

const copyOf = ({ folder }: OwnPostgres) => path.join(folder, 'backup')

async function takeCopy(postgres: OwnPostgres): Promise<void> {
  await postgres.tool('pg_basebackup', '--checkpoint=fast', '--wal-method=stream', '-D', copyOf(postgres))
  await postgres.tool('pg_verifybackup', copyOf(postgres))
}

async function putCopyBack(postgres: OwnPostgres): Promise<void> {
  await postgres.run('cp', '-a', copyOf(postgres), postgres.data)
}

export const ways: readonly Way[] = [
  {
    name: 'dump',
    says: 'pg_dump, restored into an empty server',
    take: (postgres) =>
      postgres.tool('pg_dump', '--format=custom', '--file', path.join(postgres.folder, 'dump')),
    async restore(postgres) {
      await postgres.initialise()
      await postgres.start()
      await query(withDatabase(postgres.url, 'postgres'), 'create database reader_donations')
      await postgres.tool(
        'pg_restore',
        '--exit-on-error',
        '--dbname=reader_donations',
        path.join(postgres.folder, 'dump'),
      )
    },
    losesNothing: false,
  },
  {
    name: 'basebackup',
    says: 'pg_basebackup, put back in place',
    take: takeCopy,
    async restore(postgres) {
      await putCopyBack(postgres)
      await postgres.start()
    },
    losesNothing: false,
  },
  {
    name: 'archive',
    says: 'pg_basebackup and archived write-ahead logs',
    take: takeCopy,
    async beforeTheLoss({ url }) {
      await query(url, 'select pg_switch_wal()')
      await query(url, 'select pg_sleep(1)')
    },
    async restore(postgres) {
      await putCopyBack(postgres)
      await postgres.recoverFromArchive()
      await postgres.start()
    },
    losesNothing: true,
  },
]
