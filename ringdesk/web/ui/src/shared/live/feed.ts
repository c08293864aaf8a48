import type { LiveEvent, Snapshot } from './events';

/** `again`: the event was applied once already and follows the snapshot a second time; whoever rings a bell should not ring it twice. */
export type Apply = (event: LiveEvent, again: boolean) => void;

/**
 * Events in order, with the snapshot in its right place among them.
 *
 * After every connect the snapshot is asked for. What arrives before its answer is applied at once, so that a card never waits for it,
 * and once more behind it, for the snapshot may have been taken before. Applying an event twice must therefore do no harm.
 */
export class Feed {
  private round = 0;
  private meanwhile: LiveEvent[] | null = null;

  constructor(
    private readonly ask: () => Promise<Snapshot>,
    private readonly apply: Apply,
    private readonly onFailure: () => void,
  ) {}

  async connected(): Promise<void> {
    const round = ++this.round;
    this.meanwhile = [];
    let snapshot: Snapshot;
    try {
      snapshot = await this.ask();
    } catch {
      if (round === this.round) this.onFailure();
      return;
    }
    if (round !== this.round) return; // connected anew since: that round has a snapshot of its own
    const meanwhile = this.meanwhile;
    this.meanwhile = null;
    this.apply({ name: 'snapshot', data: snapshot }, false);
    for (const event of meanwhile ?? []) this.apply(event, true);
  }

  disconnected(): void {
    this.round++;
    this.meanwhile = null;
  }

  heard(event: LiveEvent): void {
    this.meanwhile?.push(event);
    this.apply(event, false);
  }
}
