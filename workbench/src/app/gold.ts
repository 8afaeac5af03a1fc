/** The client's desk for expected answers: image after image, drawn with the worker's own tools. */
import { computed, signal } from '@preact/signals';
import type { Api } from '../transport/api';
import { Answer } from '../ui/answer';
import type { GoldDesk, GoldPhase } from '../ui/gold-desk';
import { words } from '../ui/strings-pages';
import type { ClientTask, TaskLine, TaskLines } from '../wire';
import { Asking } from './asking';

export class GoldRun implements GoldDesk {
  readonly #asking = new Asking();
  readonly phase = signal<GoldPhase>({ kind: 'opening' });
  readonly explanation = signal('');
  readonly clause = signal('');
  readonly saved = signal(0);
  readonly problem = this.#asking.problem;
  readonly busy = this.#asking.busy;
  readonly dirty = computed(() => {
    const phase = this.phase.value;
    if (phase.kind !== 'task') return false;
    const written =
      this.explanation.value !== phase.explanation || this.clause.value !== (phase.task.gold?.clause ?? '');
    return phase.answer.changes.value > 0 || written;
  });
  #rows: TaskLine[] = [];
  #cursor: string | null = '';

  constructor(
    private readonly api: Api,
    private readonly project: string,
    private readonly first: string,
  ) {}

  async start(): Promise<void> {
    window.addEventListener('beforeunload', (event) => {
      if (this.dirty.value) event.preventDefault();
    });
    await this.#asking.run(async () => {
      if (this.first) await this.#open(this.first);
      else await this.#following(null);
    });
  }

  async save(nothing: boolean): Promise<void> {
    const phase = this.phase.value;
    if (phase.kind !== 'task') return;
    await this.#asking.run(async () => {
      await this.api.send(`/projects/${this.project}/gold`, {
        method: 'POST',
        body: {
          task_id: phase.task.id,
          annotations: phase.answer.finished,
          nothing_to_mark: nothing,
          explanation: this.explanation.value.trim(),
          clause: this.clause.value,
        },
      });
      this.saved.value += 1;
      await this.#following(phase.task.id);
    });
  }

  async next(): Promise<void> {
    const phase = this.phase.value;
    if (phase.kind === 'task') await this.#asking.run(() => this.#following(phase.task.id));
  }

  async #following(id: string | null): Promise<void> {
    for (;;) {
      const at = id === null ? -1 : this.#rows.findIndex((row) => row.id === id);
      const next = id === null || at >= 0 ? this.#rows[at + 1] : undefined;
      if (next) return this.#open(next.id);
      if (this.#cursor === null) break;
      await this.#moreRows();
    }
    this.phase.value = { kind: 'done' };
  }

  async #moreRows(): Promise<void> {
    const query = this.#cursor ? `?after=${encodeURIComponent(this.#cursor)}` : '';
    const page = await this.api.get<TaskLines>(`/projects/${this.project}/tasks${query}`);
    this.#rows = [...this.#rows, ...page.items];
    this.#cursor = page.next;
  }

  async #open(id: string): Promise<void> {
    const task = await this.api.get<ClientTask>(`/projects/${this.project}/tasks/${encodeURIComponent(id)}`);
    const picture = task.images[0];
    if (!picture) throw new Error(words.noImage);
    const explanation = task.gold?.explanation ?? '';
    this.explanation.value = explanation;
    this.clause.value = task.gold?.clause ?? '';
    const answer = new Answer(task.schema, picture, task.gold?.annotations ?? []);
    this.phase.value = { kind: 'task', task, answer, explanation };
  }
}
