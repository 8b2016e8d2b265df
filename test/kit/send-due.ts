import { sendNext, type OutboxDeps } from '../../src/mail/outbox-worker.ts'

const SENDERS = 5

/** Sends everything that is due, as the senders of the outbox worker do. @returns how many messages were claimed */
export async function sendDue(deps: OutboxDeps): Promise<number> {
  const send = async (): Promise<number> => {
    let claimed = 0
    while (await sendNext(deps, 'all')) claimed++
    return claimed
  }
  const results = await Promise.allSettled(Array.from({ length: SENDERS }, send))
  return results.reduce((claimed, result) => {
    if (result.status === 'rejected') throw result.reason
    return claimed + result.value
  }, 0)
}
