import { percent } from '../format';
import type { reviewWords as English } from '../strings-review';
import { apart, counted } from './said';

export const reviewWords: Partial<typeof English> = {
  compareWith: 'قارن مع',
  referenceName: (name) => (name === null ? 'الإجابة المتوقعة' : `الإجابة ${apart(name)}`),
  looks: { own: 'هذه الإجابة', expected: 'الأخرى', difference: 'الفرق' },
  lookLegend: 'عرض',
  findings: (n) => (n === 0 ? 'لا فرق' : counted(n, 'فرق واحد', 'فرقان', 'فروق', 'فرقًا')),
  outcome: { fits: 'مطابق', loose: 'غير دقيق', missed: 'ناقص', extra: 'زائد', wrong: 'مختلف' },
  match: (ratio) => `IoU ${percent(ratio)}`,
  saidBoth: (given, expected) => `هنا: ${apart(given)}؛ الأخرى: ${apart(expected)}`,
  saidNothing: 'لا شيء',
  rejectHere: 'ارفض هنا',
  rejectHereFor: (what) => `ارفض هنا: ${apart(what)}`,
  previous: 'الفرق السابق',
  next: 'الفرق التالي',
  at: (n, of) => `${n} من ${of}`,

  fix: 'تصحيح',
  sendFix: 'قبول مع التصحيح',
  fixHint: 'غيّر الإجابة كما ينبغي أن تكون في مجموعة البيانات. تُقبل إجابة العامل وتُدفع كما هي، ولا يُدفع لك عن هذا.',
  needChange: 'غيّر شيئًا أو اقبلها كما هي.',
  returnHint: 'تعود المهمة إلى القائمة لشخص آخر. قل ما الذي ينبغي تحسينه.',

  comments: 'تعليقات على الصورة',
  comment: 'تعليق',
  commentHint: 'ضع نقطة أو ارسم إطارًا ثم اكتب التعليق.',
  commentNone: 'لا تعليق بعد',
  commentText: (n) => `التعليق ${n}`,
  commentsDone: 'تم',
  needComment: 'اكتب نصًا لكل تعليق أو احذف علامته.',

  reviewKeys: [
    ['A', 'قبول (أو: مبرَّر، العامل على حق)'],
    ['R', 'رفض (أو: غير مبرَّر، القرار قائم)'],
    ['E', 'تصحيح الإجابة وقبولها'],
    ['C', 'تعليق على موضع في الصورة'],
    ['1, 2, 3', 'عرض هذه الإجابة، الأخرى، الفرق'],
    ['N, P', 'الفرق التالي والسابق'],
    ['M', 'الرفض عند هذا الفرق'],
    ['1 … 9', 'اختيار سبب بعد الرفض'],
    ['Enter', 'إرسال'],
    ['S', 'الحالة التالية'],
    ['Esc', 'إلغاء'],
    ['?', 'هذه القائمة'],
  ],
};
