export const mail = {
  frame: {
    plainLink: 'إن لم يعمل الزرّ فافتحوا هذا العنوان:',
  },
  receipt: {
    subject: 'شكرًا لكم، وإليكم الإيصال {{number}} من {{newsroom}}',
    subjectVoided: 'إيصالكم {{number}} من {{newsroom}} لم يعد صالحًا',
    subjectReplaced: 'إيصالكم الجديد {{number}} من {{newsroom}}',
    heading: 'شكرًا لكم!',
    greeting: 'تحية طيبة، {{name}}،',
    greetingWithoutName: 'تحية طيبة،',
    thanks_donation: 'شكرًا لتبرّعكم بمبلغ {{amount}} لصالح {{newsroom}}. إنه يساعدنا على مواصلة عملنا الصحفي.',
    thanks_contribution:
      'شكرًا لمساهمتكم بمبلغ {{amount}} لصالح {{newsroom}}. إنها تساعدنا على مواصلة عملنا الصحفي.',
    voided_donation: 'أُعيد إليكم تبرّعكم بمبلغ {{amount}} لصالح {{newsroom}}، ولذلك لم يعد إيصاله صالحًا.',
    voided_contribution:
      'أُعيدت إليكم مساهمتكم بمبلغ {{amount}} لصالح {{newsroom}}، ولذلك لم يعد إيصالها صالحًا.',
    replaced_donation:
      'أُعيد إليكم جزء من تبرّعكم لصالح {{newsroom}}، أو عاد إلينا. المبلغ الباقي {{amount}}، وهذا الإيصال يحلّ محلّ {{replaces}}.',
    replaced_contribution:
      'أُعيد إليكم جزء من مساهمتكم لصالح {{newsroom}}، أو عاد إلينا. المبلغ الباقي {{amount}}، وهذا الإيصال يحلّ محلّ {{replaces}}.',
    fact: '{{label}}: {{value}}',
    page: 'إيصالكم في صفحة، للطباعة أو للحفظ بصيغة PDF:',
    linkWords: 'عرض الإيصال',
    questions: 'إن كان لديكم سؤال فيكفي الردّ على هذه الرسالة.',
  },
} as const
