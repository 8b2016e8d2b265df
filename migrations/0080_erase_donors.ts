import type { Knex } from 'knex'

/** A donor's data can be taken away without changing money: rows say that it was, and events keep the hash of what they said. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    alter table donations add column donor_erased_at timestamptz;
    comment on column donations.donor_erased_at is 'Since when the donor''s data is gone. Later events of the payment do not bring it back.';
    alter table subscriptions add column donor_erased_at timestamptz;

    create table inbox_redactions (
      inbox_event_id bigint primary key,
      original_hash bytea not null,
      redacted_at timestamptz not null default now(),

      constraint inbox_redactions_event_exists foreign key (inbox_event_id) references inbox_events
    );
    comment on table inbox_redactions is 'An event whose personal data is gone from its body, with the SHA-256 of the body as Stripe signed it.';
    create trigger inbox_redactions_are_evidence before update or delete or truncate on inbox_redactions
      for each statement execute function refuse_change();

    create function without_personal_data(value jsonb, is_personal boolean default false) returns jsonb
      language plpgsql immutable as $$
    begin
      case jsonb_typeof(value)
        when 'object' then
          return (select coalesce(jsonb_object_agg(field.key, case
              when jsonb_typeof(field.value) = 'string' and field.key in ('name', 'email', 'phone', 'receipt_email',
                'customer_email', 'customer_name', 'customer_phone', 'verified_name', 'verified_email', 'verified_phone',
                'account_holder_name', 'individual_name', 'business_name', 'fingerprint', 'last4', 'iban_last4', 'ip',
                'receipt_url', 'hosted_invoice_url', 'invoice_pdf', 'client_secret', 'url') then 'null'::jsonb
              else without_personal_data(field.value, is_personal or field.key in ('billing_details', 'customer_details',
                'collected_information', 'shipping', 'shipping_details', 'customer_address', 'customer_shipping',
                'custom_fields', 'evidence', 'owner'))
            end), '{}') from jsonb_each(value) as field);
        when 'array' then
          return (select coalesce(jsonb_agg(without_personal_data(item.value, is_personal) order by item.position), '[]')
            from jsonb_array_elements(value) with ordinality as item(value, position));
        when 'string' then
          return case when is_personal then 'null'::jsonb else value end;
        else
          return value;
      end case;
    end $$;
    comment on function without_personal_data is 'A JSON value of Stripe''s without what it says of a person. Ids, amounts, times and metadata stay.';

    -- An update can do one thing only: it asks with a body of null, and the database writes the old body without personal data.
    create function inbox_events_change_only_by_redaction() returns trigger language plpgsql as $$
    begin
      if (new.id, new.event_id, new.type, new.api_version, new.livemode, new.account, new.created_at, new.received_at,
          new.origin) is distinct from (old.id, old.event_id, old.type, old.api_version, old.livemode, old.account,
          old.created_at, old.received_at, old.origin) or new.body::text <> 'null' then
        raise exception 'inbox_events is append-only: update refused'
          using errcode = 'restrict_violation';
      end if;
      insert into inbox_redactions (inbox_event_id, original_hash)
        values (old.id, sha256(convert_to(old.body::text, 'UTF8'))) on conflict do nothing;
      new.body := without_personal_data(
        regexp_replace(old.body::text, '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g')::jsonb)::json;
      return new;
    end $$;
    create trigger inbox_events_change_only_by_redaction before update on inbox_events
      for each row execute function inbox_events_change_only_by_redaction();
    create or replace trigger inbox_events_are_evidence before delete or truncate on inbox_events
      for each statement execute function refuse_change();
    comment on table inbox_events is 'An event of Stripe as it was received. The row never changes, except that personal data can be taken out of its body.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
