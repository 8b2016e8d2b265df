import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { setUpPage, setUpSteps, type SetUp } from '../../../src/pages/finance/set-up/set-up-view.ts'
import type { Words } from '../view-samples.ts'

/** The first-run page with nothing done, and with everything done. */
export function setUpViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const setUp = (done: boolean, mode: SetUp['mode']): SetUp => ({
    isDone: {
      newsroom: done,
      stripe: done,
      webhooks: done,
      mail: done,
      sites: done,
      gift: done,
      staff: done,
      codes: done,
    },
    mode,
    left: done ? 0 : setUpSteps.length,
  })
  return {
    'set-up-open': setUpPage({ ...frame, role: 'admin', setUp: setUp(false, 'offline'), sites: [] }),
    'set-up-done': setUpPage({ ...frame, role: 'admin', setUp: setUp(true, 'live'), sites: [words.url] }),
    'set-up-test': setUpPage({ ...frame, role: 'finance', setUp: setUp(false, 'test'), sites: [words.url] }),
  }
}
