import { isProblem } from '@/shared/api/problem';

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed';

/** A text as the server has it. */
export interface Written {
  text: string;
  /** When it was saved, by the server's clock; null where there is none. */
  at: string | null;
}

interface Options {
  initial: Written;
  /** Saves, and says when by the server's clock (null for an emptied text). */
  save: (text: string) => Promise<string | null>;
  /** Keeps what is not saved yet over a reload of the page. */
  draft: { read: () => string | null; write: (text: string) => void; clear: () => void };
}

const REST = 600; // ms without a key before it is saved
const LONGEST = 3_000; // ms of typing without a rest
const RETRY = [2_000, 5_000, 15_000]; // ms before the next try when the server could not be reached; the last one repeats

/** A text that saves itself as it is typed: one save at a time, always the newest text, and nothing typed is ever lost. */
export class Autosave {
  private text: string;
  private saved: string;
  private savedAt: number;
  private state: SaveState = 'saved';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unsavedSince = 0;
  private running = false;
  private failures = 0;
  private snapshot: { text: string; state: SaveState };
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: Options) {
    this.saved = options.initial.text;
    this.savedAt = time(options.initial.at);
    this.text = options.draft.read() ?? this.saved;
    this.snapshot = { text: this.text, state: this.state };
    if (this.text !== this.saved) this.schedule();
    else options.draft.clear();
  }

  read = (): { text: string; state: SaveState } => this.snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  edit(text: string): void {
    this.text = text;
    this.options.draft.write(text);
    this.failures = 0;
    this.schedule();
  }

  /** The server has a newer text, written in another tab. One's own unsaved words win; what is older than one's own is late news. */
  adopt({ text, at }: Written): void {
    if (time(at) <= this.savedAt || this.text !== this.saved || this.running) return;
    this.saved = this.text = text;
    this.savedAt = time(at);
    this.tell('saved');
  }

  /** Saves at once what is not saved yet. */
  flush = (): void => {
    if (this.text !== this.saved) void this.save();
  };

  private schedule(): void {
    const now = Date.now();
    this.unsavedSince ||= now;
    const wait = Math.max(0, Math.min(REST, this.unsavedSince + LONGEST - now));
    this.later(wait);
    if (!this.running) this.tell('waiting');
    else this.tell('saving');
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), wait);
  }

  private async save(): Promise<void> {
    clearTimeout(this.timer);
    if (this.running) return; // the end of that save sees that there is more
    this.running = true;
    this.unsavedSince = 0;
    const sent = this.text;
    this.tell('saving');
    try {
      this.savedAt = Math.max(this.savedAt, time(await this.options.save(sent)));
      this.saved = sent;
      this.failures = 0;
      this.running = false;
      if (this.text === sent) {
        this.options.draft.clear();
        this.tell('saved');
      } else {
        this.schedule();
      }
    } catch (error) {
      this.running = false;
      this.tell('failed');
      if (isProblem(error) && error.passing) this.later(RETRY[Math.min(this.failures++, RETRY.length - 1)] ?? 0);
    }
  }

  private tell(state: SaveState): void {
    this.state = state;
    this.snapshot = { text: this.text, state };
    for (const listener of this.listeners) listener();
  }
}

function time(at: string | null): number {
  return at === null ? 0 : Date.parse(at);
}
