import type { Knex } from 'knex'
import { mintSignInLink, SIGN_IN_LINK_VALID_MINUTES } from '../access/sign-in-link-store.ts'
import { staffById, type StaffId } from '../access/staff-store.ts'
import { receiptToMail } from '../receipts/receipt-reading-store.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { Composer } from './outbox-worker.ts'
import { receiptMail } from './receipt-mail.ts'
import { signInMail } from './sign-in-mail.ts'

/** Writes each kind of outbox message from what the books say at this moment. */
export function createComposer(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
}): Composer {
  const { db, clock, publicUrl, newsroom } = deps
  return async ({ kind, subject }, messageId) => {
    switch (kind) {
      // Whatever was owed, what is sent is how the receipt stands now.
      case 'receipt':
      case 'receipt_voided': {
        const found = await receiptToMail(db, subject)
        if (!found) return null
        return receiptMail(
          found.receipt,
          `${publicUrl}/receipts/${found.receipt.token}`,
          found.donorEmail,
          messageId,
        )
      }
      case 'staff_sign_in': {
        const staff = await staffById(db, subject as StaffId) // written by requestSignInMail from a staff row
        if (!staff) return null
        // Minted only now, so that no link that opens a door rests in the database.
        const { token } = await mintSignInLink(db, staff.id, clock())
        const from = { name: newsroom.name, address: newsroom.email }
        const url = `${publicUrl}/finance/sign-in/${token}`
        return signInMail({ from, to: staff.email, url, validMinutes: SIGN_IN_LINK_VALID_MINUTES, messageId })
      }
    }
  }
}
