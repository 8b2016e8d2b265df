import type { GiftWording } from './legal-status.ts'

/** The words for a gift, as the newsroom's legal status asks for them. */
export type Wording = Pick<GiftWording, 'verb' | 'noun'>

/** "Donate to The Harbour Post", "Support The Harbour Post". */
export function invitation(wording: Wording, newsroomName: string): string {
  return wording.verb === 'Donate' ? `Donate to ${newsroomName}` : `Support ${newsroomName}`
}
