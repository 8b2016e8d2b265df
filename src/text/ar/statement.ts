export const statement = {
  title_donation: 'التبرّعات من {{from}} إلى {{to}}',
  title_contribution: 'المساهمات من {{from}} إلى {{to}}',
  for: 'إلى {{name}}',
  date: 'التاريخ',
  receipt: 'الإيصال',
  noReceipt: 'لا يوجد إيصال صالح',
  earlierReceipt: 'النظام السابق',
  given: 'المدفوع',
  returned: 'المُعاد',
  remains: 'المتبقّي',
  sum: 'المجموع: {{gross}}',
  sumLessReturned: 'المجموع: {{gross}}، أُعيد منه {{returned}} وبقي {{remains}}',
  fees: 'من هذا المبلغ {{fee}} تغطّي رسوم الدفع.',
  receiptsHold: 'تبقى إيصالات المبالغ المفردة هي المعتمدة. يسردها هذا البيان ولا يحلّ محلّ أيٍّ منها.',
  earlierReceipts:
    'التبرعات التي كُتب عندها «النظام السابق» قُدّمت عبر النظام الذي كانت غرفة الأخبار تستخدمه من قبل، وهو الذي أصدر إيصالاتها، ولا تزال سارية.',
  questions: 'للأسئلة: {{email}}',
} as const
