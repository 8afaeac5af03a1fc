/** What the tutorial page can be about: a lesson, a refresher, practice on retired gold, a project's exam. */

import type { Annotation } from '../model/annotation';
import type { Api } from '../transport/api';
import type { Course, CourseOutcome, CourseSource } from '../ui/lesson-desk';
import { words } from '../ui/strings-pages';
import type { ExamCheck, Lesson, LessonCheck, PracticeCheck, Tutorial, WorkerExam } from '../wire';

export interface Opened {
  readonly course: Course;
  readonly tutorial: Tutorial | null;
}

const part = encodeURIComponent;

/** Reads the page's subject. A lesson without a name is the first that is not passed. */
export async function opened(api: Api, source: CourseSource, subject: string): Promise<Opened> {
  switch (source) {
    case 'lesson': {
      const tutorial = await api.get<Tutorial>('/tutorial');
      const id = subject || ((tutorial.lessons.find(({ passed }) => !passed) ?? tutorial.lessons[0])?.id ?? '');
      const lesson = await api.get<Lesson>(`/tutorial/lessons/${part(id)}`);
      const isGate = tutorial.lessons.some((one) => one.id === lesson.id);
      const note = isGate ? words.unpaid(tutorial.minutes) : words.unpaidMore;
      return { course: { ...lesson, note, path: `/tutorial/lessons/${part(id)}` }, tutorial };
    }
    case 'refresher': {
      const lesson = await api.get<Lesson>(`/tutorial/lessons/${part(subject)}`);
      const one = lesson.items.find(({ kind, expected }) => kind === 'checked' && expected.length > 0);
      const items = one ? [{ ...one, done: false }] : [];
      return {
        course: { ...lesson, items, note: words.unpaidMore, path: `/tutorial/lessons/${part(subject)}` },
        tutorial: null,
      };
    }
    case 'practice': {
      const lesson = await api.get<Lesson>(`/tutorial/practice/${part(subject)}`);
      return {
        course: { ...lesson, note: words.unpaidMore, path: `/tutorial/practice/${part(subject)}` },
        tutorial: null,
      };
    }
    case 'exam':
      return {
        course: examCourse(await api.get<WorkerExam>(`/work/projects/${part(subject)}/exam`), subject),
        tutorial: null,
      };
  }
}

/** Exams begin when the person says so: from then on it is an attempt. */
export async function begun(api: Api, subject: string): Promise<Course> {
  const path = `/work/projects/${part(subject)}/exam/start`;
  return examCourse((await api.send<WorkerExam>(path, { method: 'POST', body: {} }))!, subject);
}

const examCourse = (exam: WorkerExam, subject: string): Course => ({
  id: subject,
  title: exam.title,
  intro: words.examIntro(exam.pass_percent, exam.attempts_left, exam.running),
  note: words.unpaidExam,
  schema: exam.schema,
  items: exam.items,
  path: `/work/projects/${part(subject)}/exam`,
});

/** The server's word on one answer. */
export async function checked(
  api: Api,
  source: CourseSource,
  course: Course,
  itemId: string,
  body: { readonly annotations: readonly Annotation[]; readonly nothing_to_mark: boolean },
): Promise<CourseOutcome> {
  const path = `${course.path}/items/${part(itemId)}/check`;
  if (source === 'exam') {
    const { passed, why, answered, items, right, over, exam_passed } = (await api.send<ExamCheck>(path, {
      method: 'POST',
      body,
    }))!;
    return {
      passed,
      why,
      final: true,
      tally: words.examTally(answered, items, right),
      end: over ? { passed: exam_passed } : null,
    };
  }
  const { passed, why } = (await api.send<LessonCheck | PracticeCheck>(path, { method: 'POST', body }))!;
  return { passed, why, final: false, tally: '', end: null };
}
