import type { tell as English } from '../strings-more';
import list from './hints.json?url';
import { counted } from './said';

// A file and no script: nobody who draws in another language pays for it, and no bundle grows. Without a line the hints
// are English, as the faults are (app/check.ts).
const hints = (await fetch(list)
  .then((answer) => answer.json())
  .catch(() => ({}))) as Readonly<Record<string, string>>;

export const tell: Partial<typeof English> = {
  close: 'إغلاق',
  tools: 'الأدوات',
  brushModes: {
    overlap: 'تراكب: قد ينتمي البكسل إلى أكثر من قناع.',
    empty: 'الرسم على الفارغ فقط: تحتفظ الأقنعة الأخرى ببكسلاتها.',
    take: 'أخذ: تُؤخذ البكسلات من الأقنعة الأخرى.',
  },
  marks: (n) => counted(n, 'علامة واحدة', 'علامتان', 'علامات', 'علامة'),
  marksTitle: 'العلامات',
  kind: {
    box: 'إطار',
    polygon: 'مضلّع',
    mask: 'قناع',
    point: 'نقطة',
    skeleton: 'نقاط مفصلية',
    polyline: 'خط',
    ellipse: 'بيضاوي',
    cuboid: 'مجسّم',
    text: 'نص',
    tag: 'خيار',
  },
  tool: {
    select: 'تحديد',
    hand: 'تحريك العرض',
    extremes: 'إطار بأربعة أطراف',
    turned_box: 'إطار مائل',
    hole: 'ثقب',
    brush: 'فرشاة',
    eraser: 'ممحاة',
    polygon_plus: 'مضلّع زائد',
    polygon_minus: 'مضلّع ناقص',
    wand: 'عصا',
    superpixels: 'تلوين بالرقع',
    livewire: 'محيط على الحواف',
    cutout: 'قصّ حول شيء',
  },
  hints,
  refusedTitle: 'لم ينجح هذا',
};
