/**
 * What a gift may be called follows the newsroom's legal status: a *donation* is tied to a charitable purpose,
 * readers of a for-profit newsroom *support* it with a contribution.
 */
export type Wording = {
  readonly verb: 'Donate' | 'Support'
  readonly noun: 'donation' | 'contribution'
}

/** "Donate to The Harbour Post", "Support The Harbour Post". */
export function invitation(wording: Wording, newsroomName: string): string {
  return wording.verb === 'Donate' ? `Donate to ${newsroomName}` : `Support ${newsroomName}`
}
