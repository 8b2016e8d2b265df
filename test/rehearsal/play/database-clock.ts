import type { Database } from '../../../src/db/database.ts'

/** Sets the time that the database writes beside rows by itself, so that a rehearsed history reads in its own order. */
export type DatabaseClock = {
  moveTo(scriptTime: Date): Promise<void>
  /** Gives mails that were just sent the script's time. The outbox itself compares with the database's real clock. */
  datesSentMails(): Promise<void>
}

/**
 * Lets every column whose default is `now()` use the script's time instead. Time passes as usual after `moveTo`. Only how old a
 * sign-in link is stays with the database's clock, which the service compares it with.
 */
export async function databaseClock({ pool }: Database): Promise<DatabaseClock> {
  await pool.query(`
    create table rehearsal_clock (ahead interval not null);
    insert into rehearsal_clock values ('0');
    create function rehearsal_now() returns timestamptz language sql stable as
      'select now() + ahead from rehearsal_clock';
    do $$ declare col record; begin
      for col in select table_name, column_name from information_schema.columns
        where table_schema = 'public' and column_default = 'now()' and table_name <> 'staff_sign_in_links' loop
        execute format('alter table %I alter column %I set default rehearsal_now()', col.table_name, col.column_name);
      end loop;
    end $$`)
  return {
    async moveTo(scriptTime) {
      await pool.query('update rehearsal_clock set ahead = $1::timestamptz - now()', [scriptTime])
    },
    async datesSentMails() {
      await pool.query(
        `update outbox_messages set sent_at = rehearsal_now() where sent_at > now() - interval '1 hour'`,
      )
    },
  }
}
