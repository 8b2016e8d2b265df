import { expect, it } from 'vitest'
import { demandOn } from '../../src/protection/protection-terms.ts'

const quiet = {
  step: 0,
  all: 'within',
  isModest: true,
  isCrowded: false,
  isBeyondShared: false,
  isShared: false,
} as const

it.each([
  ['within all limits', {}, 'nothing'],
  ['in attack mode', { step: 1 }, 'challenge'],
  ['while many wait for Stripe', { isCrowded: true }, 'challenge'],
  ['beyond the budget of everybody, from a reader who asked little', { all: 'beyond' }, 'challenge'],
  ['beyond the budget of everybody, from one who asked often', { all: 'beyond', isModest: false }, 'refuse'],
  // What comes through a CDN that nobody named is many readers, and none of them asked often.
  [
    'beyond the budget of everybody, through a shared address',
    { all: 'beyond', isModest: false, isShared: true },
    'challenge',
  ],
  ['beyond the limit of a shared address', { isShared: true, isBeyondShared: true }, 'challenge'],
  ['the same in step 1', { step: 1, isShared: true, isBeyondShared: true }, 'challenge'],
  ['the same in step 2', { step: 2, isShared: true, isBeyondShared: true }, 'refuse'],
] as const)('%s a request meets its demand', (_, situation, demand) => {
  expect(demandOn({ ...quiet, ...situation })).toBe(demand)
})
