/** Arabic: what a donor may write after paying, and the public list of supporters. */
export const supporters = {
  consent:
    'نعم، يمكن لـ{{newsroom}} أن تعرض هذا في قائمتها العلنية للداعمين. ويمكنني سحبه في أي وقت من صفحة مساهماتي.',
  word: {
    heading: 'كلمة إلى {{newsroom}}',
    lead: 'يقرؤها من يصنعون {{newsroom}}.',
    message: 'رسالتك',
    name: 'الاسم الأول كما تعرضه القائمة',
    nameHint: 'اتركه فارغًا لتظهر باسم «مجهول».',
    town: 'المدينة أو البلدة',
    optional: 'اختياري',
    anonymousHint: 'طلبتَ ألا يرد اسمك في أي قائمة، لذلك تظهر باسم «مجهول».',
    send: 'إرسال',
    sent: 'شكرًا لك. لقد وصلتنا.',
    sentHint: 'تظهر في القائمة بعد أن يوافق عليها أحد من غرفة الأخبار.',
  },
  list: {
    title: 'يدعمون {{newsroom}}',
    none: 'لا أحد في القائمة بعد.',
    anonymous: 'مجهول',
    nameOfTown: '{{name}}، {{town}}',
    give: 'ادعم {{newsroom}}',
  },
  my: {
    heading: 'قائمة الداعمين',
    since: 'وافقتَ في {{date}} على الظهور في القائمة العلنية للداعمين.',
    withdraw: 'أزلني من القائمة',
    withdrawn: 'لم تعد في قائمة الداعمين.',
  },
} as const
