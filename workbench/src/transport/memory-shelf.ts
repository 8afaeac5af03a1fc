/** The shelf of a window that may not keep anything: same rules, and nothing survives the tab. */
import { type Conflict, follows, inOrder, type KeptDraft, type Parcel, type Shelf } from './shelf';

export class MemoryShelf implements Shelf {
  readonly durable = false;
  readonly #drafts = new Map<string, KeptDraft>();
  readonly #parcels = new Map<string, Parcel>();

  async draft(assignment: string): Promise<KeptDraft | null> {
    return this.#drafts.get(assignment) ?? null;
  }
  async drafts(): Promise<KeptDraft[]> {
    return [...this.#drafts.values()];
  }
  async draftIds(): Promise<string[]> {
    return [...this.#drafts.keys()];
  }
  async keepDraft(draft: KeptDraft): Promise<Conflict> {
    if (this.#packed(draft.assignment)) return 'packed';
    const kept = this.#drafts.get(draft.assignment);
    if (kept && !follows(kept, draft)) return kept;
    this.#drafts.set(draft.assignment, draft);
    return null;
  }
  async dropDraft(assignment: string): Promise<void> {
    this.#drafts.delete(assignment);
  }
  async parcels(): Promise<Parcel[]> {
    return inOrder([...this.#parcels.values()]);
  }
  async pack(parcel: Parcel): Promise<boolean> {
    if (this.#packed(parcel.assignment)) return false;
    this.#parcels.set(parcel.key, parcel);
    this.#drafts.delete(parcel.assignment);
    return true;
  }
  async unpack(key: string, draft: KeptDraft): Promise<boolean> {
    if (!this.#parcels.delete(key)) return false;
    this.#drafts.set(draft.assignment, draft);
    return true;
  }
  async change(parcel: Parcel): Promise<void> {
    if (this.#parcels.has(parcel.key)) this.#parcels.set(parcel.key, parcel);
  }
  async adopt(from: string, to: string): Promise<Parcel[]> {
    const left = [...this.#parcels.values()].filter(({ tab }) => tab === from).map((each) => ({ ...each, tab: to }));
    for (const parcel of left) this.#parcels.set(parcel.key, parcel);
    return inOrder(left);
  }
  async drop(key: string): Promise<void> {
    this.#parcels.delete(key);
  }

  #packed(assignment: string): boolean {
    return [...this.#parcels.values()].some((parcel) => parcel.assignment === assignment);
  }
}
