/** The page on which campaigns and stories are restricted. */
export const fundsWords = {
  funds: {
    title: 'Funds',
    lead: 'Gifts of a restricted campaign or story belong to its fund, whenever they were given. Reports keep them apart from unrestricted gifts. A gift of a restricted campaign to a restricted story counts in both: mark one of the two.',
    none: 'Nothing is restricted: all gifts may be used for anything.',
    caption: 'Restricted',
    kind: 'Campaign or story',
    kinds: { campaign: 'Campaign', article: 'Story' },
    key: 'Name or address',
    change: 'Change',
    remove: 'Make unrestricted',
    removeOf: 'Make unrestricted: {{key}}',
    add: 'Restrict a campaign or story',
    keyHint: 'The campaign’s name, or the story’s address, as its gifts have it',
    fundName: 'Name of the fund',
    mark: 'Restrict',
    done: {
      marked: 'It is restricted now, and reports keep it apart.',
      removed: 'It is unrestricted now.',
    },
    readOnly: 'The role finance may change this.',
    tooMany:
      'So many campaigns and stories are restricted that no more can be added. Make some unrestricted first.',
    problem: {
      kind: 'Choose campaign or story.',
      key: 'Write the name of the campaign or the address of the story, in at most 2,000 characters.',
      fund: 'Write the name of the fund, in at most 100 characters.',
    },
  },
} as const
