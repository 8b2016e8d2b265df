import { expect } from 'vitest'
import { eventsThatSay } from '../../src/donors/erasure/erasure-store.ts'
import { databaseTest as test } from '../kit/fixtures.ts'

test('an erasure reads the events that name no payment, and not the million that do', async ({ pool }) => {
  await pool.query(
    `insert into inbox_events (event_id, type, api_version, livemode, created_at, received_at, origin, body)
     select 'evt_' || n, 'charge.succeeded', 'x', false, now(), now(), 'webhook',
       jsonb_build_object('email', case when n % 1000 = 0 then 'Ada@Reader.example' else 'x' || n || '@reader.example' end)
     from generate_series(1, 20000) as n`,
  )
  await pool.query(
    `insert into inbox_states (inbox_event_id, outcome, correlation_id)
     select id, 'applied', case when id % 500 = 0 then null else 'pi_' || id end from inbox_events on conflict do nothing`,
  )
  await pool.query('analyze inbox_events')
  await pool.query('analyze inbox_states')
  const said = await pool.query(eventsThatSay, ['ada@reader.example'])
  expect(said.rowCount).toBe(20)
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `explain ${eventsThatSay.replaceAll('$1', "'ada@reader.example'")}`,
  )
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('inbox_states_of_no_payment')
  expect(plan).not.toMatch(/Seq Scan on inbox_(events|states)/)
})
