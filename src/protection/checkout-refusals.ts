import { Refusal } from '../http/refusal.ts'
import type { Text } from '../text/text.ts'
import type { Challenge } from './challenge.ts'

const OFF_RETRY_SECONDS = 600
const PROVIDER_RETRY_SECONDS = 30

/** The checkout is served once the challenge is answered. */
export class ChallengeRequired extends Refusal {
  readonly challenge: Challenge
  constructor(text: Text, challenge: Challenge) {
    super('challenge_required', text.reader('protection.challenge'), {
      language: text.language,
      members: { challenge },
    })
    this.challenge = challenge
  }
}

/** New checkouts are switched off. */
export class GivingIsOff extends Refusal {
  constructor(text: Text) {
    super('overloaded', text.reader('protection.givingIsOff'), {
      language: text.language,
      members: { reason: 'giving_is_off' },
      retryAfterSeconds: OFF_RETRY_SECONDS,
    })
  }
}

/** The provider of the challenge does not say whether an answer is right. */
export class AnswerUnverifiable extends Refusal {
  constructor(text: Text) {
    super('overloaded', text.reader('protection.unverifiable'), {
      language: text.language,
      retryAfterSeconds: PROVIDER_RETRY_SECONDS,
    })
  }
}
