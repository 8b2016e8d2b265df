export const shared = {
  skipToContent: 'الانتقال إلى المحتوى',
  errorTitle: 'خطأ: {{title}}',
  testMode: 'هذا اختبار. لا تُنقل أي أموال، والإيصالات غير صالحة.',
  checkTheForm: 'يُرجى مراجعة النموذج',
  sourceCode: 'برنامج حر: شفرته المصدرية',
} as const
