import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Queryable } from './database.ts'
import { lockUsers } from './site-database.ts'

/** What a user of the database other than its owner may do: `app` runs the service, `reports` only reads. */
const databaseRights = ['app', 'reports'] as const
export type DatabaseRight = (typeof databaseRights)[number]
export type DatabaseRole = { readonly name: string; readonly right: DatabaseRight }

/**
 * The tables from which the service deletes rows. Everything else keeps its rows, whatever a program asks for. Of donations,
 * a trigger gives up those alone that came with an imported history that is being taken back.
 */
export const DELETED_FROM: readonly string[] = [
  'account_codes',
  'agreement_changes',
  'agreement_totals',
  'card_declines',
  'checkout_reminders',
  'donations',
  'donor_link_requests',
  'donor_links',
  'history_import_notes',
  'history_import_staged',
  'ledger_open_item_sums',
  'ledger_open_items',
  'monthly_report_readers',
  'newsletter_consents',
  'newsletter_deliveries',
  'newsletter_wishes',
  'outbox_messages',
  'protection_counts',
  'rate_limits',
  'receipt_pdfs',
  'report_donor_counts',
  'report_donor_totals',
  'report_donors',
  'report_lines',
  'report_queue',
  'report_search_texts',
  'report_totals',
  'restrictions',
  'saved_views',
  'spent_challenges',
  'staff_browsers',
  'staff_passkeys',
  'staff_recovery_codes',
  'staff_sessions',
  'staff_sign_in_links',
  'staff_totp_secrets',
  'staff_unsent_forms',
  'statement_files',
  'supporter_entries',
  'webhook_deliveries',
  'webhook_messages',
]

/** What is computed again from the ledger, and emptied before that. */
const EMPTIED: readonly string[] = [
  'report_donor_counts',
  'report_donor_totals',
  'report_donors',
  'report_totals',
]

/** Evidence of which one column may be named in an update: to take out personal data, or to lock the row. */
const UPDATED_COLUMN: Readonly<Record<string, string>> = { inbox_events: 'body', write_offs: 'id' }

/** What opens a door: who reads these tables could sign in, sign messages or try passwords elsewhere. */
export const CREDENTIALS: readonly string[] = [
  'api_tokens',
  'card_declines',
  'donor_link_requests',
  'donor_links',
  'outbox_messages',
  'spent_challenges',
  'staff_browsers',
  'staff_passkeys',
  'staff_recovery_codes',
  'staff_sessions',
  'staff_sign_in_links',
  'staff_totp_secrets',
  'staff_unsent_forms',
  'statement_files',
  'webhook_endpoints',
]

/** Whose rights nobody but the owner may change. */
const OWNERS_TABLES = ['database_roles', 'knex_migrations', 'knex_migrations_lock']

/** The user that one of the service's addresses of the database names, with the password that stands there. */
export type NamedUser = DatabaseRole & { readonly password: string | null }

/**
 * Lets the users whom the service's own addresses name do what they are for, and makes those that do not exist, with the
 * password of the address. Nothing is changed of a user who exists but the rights; whoever could do all that the owner
 * can is left alone. Several processes may call it at once.
 */
export async function admitUsers(tx: Queryable, users: readonly NamedUser[]): Promise<void> {
  if (users.length === 0) return
  await lockUsers(tx)
  for (const { name, password, right } of users) {
    const { rows } = await tx.query<{ ownsTables: boolean }>(
      `select rolsuper or pg_has_role(oid, (select relowner from pg_class where oid = 'database_roles'::regclass), 'member')
          as "ownsTables" from pg_roles where rolname = $1`,
      [name],
    )
    if (rows[0]?.ownsTables) continue
    if (rows.length === 0) await makeRole(tx, name, password)
    await tx.query(
      `insert into database_roles (role_name, rights) values ($1, $2) on conflict (role_name) do nothing`,
      [name, right],
    )
  }
}

async function makeRole(tx: Queryable, name: string, password: string | null): Promise<void> {
  const secret =
    password === null ? '' : ` password ${pg.escapeLiteral(scramVerifier(password, randomBytes(16)))}`
  await tx.query(
    `create role ${pg.escapeIdentifier(name)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls${secret}`,
  )
}

const SCRAM_ROUNDS = 4_096 // as PostgreSQL itself makes them

/** What PostgreSQL keeps of a password (RFC 5803). Sent in its place, since the server's log may show the statement. */
function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ROUNDS, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64')
  const serverKey = keyed('Server Key').toString('base64')
  return `SCRAM-SHA-256$${SCRAM_ROUNDS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

/**
 * Makes the roles that do not exist yet, without a password and so unable to sign in, and remembers which rights each has
 * in this schema. Roles that exist keep their password. The caller must be allowed to make roles if one is missing.
 */
export async function makeRoles(tx: Queryable, roles: readonly DatabaseRole[]): Promise<void> {
  for (const { name, right } of roles) {
    const { rowCount } = await tx.query('select from pg_roles where rolname = $1', [name])
    if (rowCount === 0) await makeRole(tx, name, null)
    await tx.query(
      `insert into database_roles (role_name, rights) values ($1, $2)
       on conflict (role_name) do update set rights = excluded.rights`,
      [name, right],
    )
  }
}

/**
 * Gives every remembered role exactly its rights on the tables that there are now, in the schema of the connection. Run
 * after each migration, since a new table belongs to the owner alone.
 * @returns whom it gave rights: nobody, when the connection is not the owner's
 */
export async function grantRights(tx: Queryable): Promise<readonly DatabaseRole[]> {
  const { rows: roles } = await tx.query<DatabaseRole>(
    `select role_name as name, rights as right from database_roles
      where role_name in (select rolname from pg_roles)
        and pg_has_role((select relowner from pg_class where oid = 'database_roles'::regclass), 'member')
      order by role_name`,
  )
  if (roles.length === 0) return roles
  const { rows: tables } = await tx.query<{ schema: string; table: string; isEvidence: boolean }>(TABLES)
  for (const role of roles) for (const statement of statementsFor(role, tables)) await tx.query(statement)
  return roles
}

// Evidence is what a trigger keeps from being updated at all, or from being updated freely.
const TABLES = `select current_schema() as schema, c.relname as table, exists (
    select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
     where t.tgrelid = c.oid and t.tgtype & 16 <> 0 and t.tgqual is null
       and p.proname in ('refuse_change', 'inbox_events_change_only_by_redaction')) as "isEvidence"
  from pg_class c
 where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v') order by c.relname`

function statementsFor(
  { name, right }: DatabaseRole,
  tables: readonly { readonly schema: string; readonly table: string; readonly isEvidence: boolean }[],
): string[] {
  const role = pg.escapeIdentifier(name)
  const schema = pg.escapeIdentifier(tables[0]?.schema ?? 'public')
  const statements = [
    `revoke all on all tables in schema ${schema} from ${role}`,
    `revoke create on schema ${schema} from ${role}`,
    `grant usage on schema ${schema} to ${role}`,
  ]
  if (right === 'app') statements.push(`grant usage on all sequences in schema ${schema} to ${role}`)
  for (const { table, isEvidence } of tables) {
    const rights = right === 'app' ? rightsOfApp(table, isEvidence) : rightsOfReports(table)
    if (rights.length > 0)
      statements.push(`grant ${rights.join(', ')} on ${schema}.${pg.escapeIdentifier(table)} to ${role}`)
  }
  return statements
}

function rightsOfApp(table: string, isEvidence: boolean): string[] {
  if (OWNERS_TABLES.includes(table)) return ['select']
  const column = UPDATED_COLUMN[table]
  return [
    'select',
    'insert',
    ...(isEvidence ? [] : ['update']),
    ...(isEvidence && column ? [`update (${column})`] : []),
    ...(DELETED_FROM.includes(table) ? ['delete'] : []),
    ...(EMPTIED.includes(table) ? ['truncate'] : []),
  ]
}

function rightsOfReports(table: string): string[] {
  return CREDENTIALS.includes(table) || OWNERS_TABLES.includes(table) ? [] : ['select']
}
