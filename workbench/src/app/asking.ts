/** Requests of the pages around paid work: a refusal is shown as the server wrote it, with its way out. */
import { signal } from '@preact/signals';
import { Refused } from '../transport/api';
import { paid } from '../ui/strings-rest';
import type { ProblemBody } from '../wire';

export class Asking {
  readonly busy = signal(false);
  readonly problem = signal<ProblemBody | null>(null);

  /** False when it failed; then `problem` says why. One request at a time: a second press is ignored. */
  async run(request: () => Promise<void>): Promise<boolean> {
    if (this.busy.value) return false;
    this.busy.value = true;
    this.problem.value = null;
    try {
      await request();
      return true;
    } catch (error) {
      this.problem.value = error instanceof Refused ? signInFirst(error.problem) : unreachable;
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}

const unreachable: ProblemBody = {
  type: 'about:blank',
  title: paid.unreachableTitle,
  status: 0,
  code: 'unreachable',
  detail: paid.unreachableRetry,
};

function signInFirst(problem: ProblemBody): ProblemBody {
  if (problem.status !== 401) return problem;
  const next = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  return { ...problem, detail: problem.detail || paid.signInTitle, next: problem.next ?? next };
}
