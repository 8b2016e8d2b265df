/** Receipts: their page, their PDF, and their facts in the mail. The statement is stored with the newsroom's profile. */
export const receipt = {
  title: 'Receipt {{number}}',
  number: 'Receipt number',
  date: 'Date of gift',
  amount: 'Amount',
  amountWithFee: '{{amount}}, of which {{fee}} covers the processing fee',
  charged: 'Charged to you',
  kind: 'Kind',
  from: 'From',
  to: 'To',
  toSponsor: '{{sponsor}}, for the work of {{newsroom}}',
  replaces: 'Replaces receipt',
  once_donation: 'One-time donation',
  once_contribution: 'One-time contribution',
  monthly_donation: 'Monthly donation',
  monthly_contribution: 'Monthly contribution',
  yearly_donation: 'Yearly donation',
  yearly_contribution: 'Yearly contribution',
  voided: 'This receipt has been voided and is no longer valid.',
  voidedAndReplaced: 'This receipt has been voided and replaced by receipt {{number}}.',
  returned: 'The gift has been returned in full. This receipt is no longer valid.',
  /** How anybody can check that a receipt is genuine. */
  proof: {
    code: 'Verification code {{code}}',
    how: 'Anybody can check that this receipt is genuine: point a camera at the picture, or go to {{page}} and type the number and the code. The page shows no name and no address.',
    picture: 'QR code that opens the page on which this receipt can be checked',
    link: 'Check that this receipt is genuine',
  },
  /** On a charity's receipt of 250 US dollars or more (IRS Publication 1771). */
  acknowledgment:
    'This is the written acknowledgment that US law asks for with a gift of $250 or more (section 170(f)(8) of the Internal Revenue Code). Please keep it with your tax records.',
  questions: 'Questions about this receipt? Write to {{email}}.',
  cannotDraw: 'Some letters cannot be drawn in this document. The receipt’s page shows them.',
  /**
   * The legal paragraph where the newsroom sets none. A charity's covers what US law asks for gifts of 250 dollars and
   * more (26 USC 170(f)(8): a statement on goods or services). The newsroom's counsel confirms the wording.
   */
  statement: {
    for_profit:
      '{{newsroom}} is not a charity. Your contribution supports its journalism and is not tax-deductible as a charitable contribution.',
    charity:
      '{{newsroom}} is a charity, tax-exempt under section 501(c)(3) of the US Internal Revenue Code{{taxId}}. Your donation is tax-deductible to the extent allowed by law. No goods or services were provided in exchange for your contribution.',
    fiscally_sponsored:
      '{{newsroom}} is a project of its fiscal sponsor {{sponsor}}{{taxId}}. Your donation was made to the sponsor for the work of {{newsroom}} and is tax-deductible to the extent allowed by law. No goods or services were provided in exchange for your contribution.',
    /** Outside the United States, where the newsroom sets none: it names no law. */
    elsewhere: {
      charity:
        '{{newsroom}} is a charity{{taxId}}. Whether you can deduct your donation from tax depends on the law of the country where you pay tax. No goods or services were provided in exchange for it.',
      fiscally_sponsored:
        '{{newsroom}} is a project of its fiscal sponsor {{sponsor}}{{taxId}}. Your donation was made to the sponsor for the work of {{newsroom}}. Whether you can deduct it from tax depends on the law of the country where you pay tax. No goods or services were provided in exchange for it.',
    },
    taxId: ', tax ID {{taxId}}',
  },
} as const
