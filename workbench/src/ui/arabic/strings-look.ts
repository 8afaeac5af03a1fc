import type { look as English } from '../strings-look';

export const look: Partial<typeof English> = {
  title: 'الصورة والشاشة',
  image: 'كيف تراها',
  imageText: 'تبقى العلامات والإجابات كما هي.',
  slider: { brightness: 'السطوع', contrast: 'التباين', saturation: 'اللون' },
  percent: (n) => `${n}%`,
  inverted: 'تبديل الفاتح والداكن',
  reset: 'كما هي',
  device: 'هذا الجهاز',
  leftHanded: 'لليد اليسرى: الأدوات والإرسال في الجهة الأخرى',
  pressure: 'قلم يُضغط برفق يرسم خطًا أرفع',
  lowData: 'استهلاك بيانات أقل',
  lowDataSaves: (percent) => `ملفات أصغر: أقل بنحو ${percent}% لهذه الصورة. لا تُجلب الصورة التالية إلا حين تصل إليها.`,
  lowDataNone: 'لا يوجد لهذه الصورة ملف أصغر يظهر هنا حادًّا؛ فقط لن تُجلب التالية مسبقًا.',
  lowDataZoom: 'كبّر أثناء الرسم فيُجلب الملف الأوضح.',
  screenTest: 'اختبر هذه الشاشة',
  screenOffer: 'هل تُظهر هذه الشاشة كل درجات الرمادي والألوان الصحيحة؟ يستغرق الاختبار دقيقة.',
};
