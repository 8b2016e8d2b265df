import type { Knex } from 'knex'

/** The database names the difference itself, whatever release inserts the sign-off. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function month_sign_offs_name_their_difference() returns trigger language plpgsql as $$
    begin
      new.difference := concat_ws(' ', new.object, new.kind, new.currency, new.amount_minor);
      return new;
    end $$;
    create trigger month_sign_offs_name_their_difference before insert on month_sign_offs
      for each row execute function month_sign_offs_name_their_difference();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
