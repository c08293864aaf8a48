import { prefer, preferences } from '@/shared/preferences/preferences';
import type { AudioLink } from '../api/link';
import { type Range, rangeAt } from './silence';

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

const SPARE = 20_000; // ms; a link that ends within that time is made anew before it is used
const TRIES = 2; // of a new link after the audio broke off, until it is told as a problem

export interface Playing {
  playing: boolean;
  /** Wants to play and has nothing to play yet. */
  waiting: boolean;
  speed: number;
  volume: number;
  skipSilence: boolean;
  /** Why it cannot be heard; null while it can. */
  problem: unknown;
}

/**
 * One recording being heard. The audio is asked for when somebody wants to hear it, not before, for that is what is written into the log;
 * until then a position can be chosen all the same. The address of the audio lives for minutes: when it has ended, another one is made
 * and the playing goes on where it was.
 */
export class Playback {
  readonly audio = new Audio();
  private silences: readonly Range[] = [];
  private state: Playing;
  private link: AudioLink | null = null;
  private linking: Promise<void> | null = null;
  private broken = 0;
  private frame = 0;
  private readonly onState = new Set<() => void>();
  private readonly onTime = new Set<(time: number) => void>();

  constructor(
    private readonly makeLink: () => Promise<AudioLink>,
    /** Seconds, as the server knows it; the audio's own is used once it is there. */
    private readonly known: number,
  ) {
    const { playerSpeed: speed, playerVolume: volume, skipSilence } = preferences();
    this.state = { playing: false, waiting: false, speed, volume, skipSilence, problem: null };
    this.audio.preload = 'auto';
    this.audio.preservesPitch = true;
    this.audio.defaultPlaybackRate = this.audio.playbackRate = speed; // the default is what a new address begins with
    this.audio.volume = volume;
    const { audio } = this;
    audio.addEventListener('play', () => this.change({ playing: true }));
    audio.addEventListener('pause', () => this.change({ playing: false, waiting: false }));
    audio.addEventListener('waiting', () => this.change({ waiting: true }));
    audio.addEventListener('playing', () => {
      this.broken = 0;
      this.change({ playing: true, waiting: false, problem: null });
      this.run();
    });
    audio.addEventListener('ended', () => this.change({ playing: false, waiting: false }));
    audio.addEventListener('error', () => void this.mend());
    for (const name of ['timeupdate', 'seeking', 'seeked', 'loadedmetadata']) audio.addEventListener(name, this.tellTime);
  }

  read = (): Playing => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.onState.add(listener);
    return () => this.onState.delete(listener);
  };

  /** Tells where it is: with every picture while it plays, and after every jump. */
  follow = (listener: (time: number) => void): (() => void) => {
    this.onTime.add(listener);
    return () => this.onTime.delete(listener);
  };

  get time(): number {
    return this.audio.currentTime;
  }

  get duration(): number {
    const { duration } = this.audio;
    return Number.isFinite(duration) && duration > 0 ? duration : this.known;
  }

  play = async (): Promise<void> => {
    if (this.time >= this.duration - 0.05) this.seek(0);
    this.change({ waiting: true });
    try {
      await this.open();
      await this.audio.play();
    } catch (problem) {
      // Stopped before it began, by another click: that is no problem. A broken audio is mended by its own event.
      const harmless = problem instanceof DOMException && (problem.name === 'AbortError' || problem.name === 'NotSupportedError');
      this.change(harmless ? {} : { waiting: false, problem });
    }
  };

  pause = (): void => {
    this.audio.pause();
    this.change({ waiting: false });
  };

  toggle = (): void => {
    if (this.state.playing || this.state.waiting) this.pause();
    else void this.play();
  };

  /** Goes to a moment; `play`: and lets it be heard. */
  seek = (time: number, play = false): void => {
    this.audio.currentTime = Math.min(Math.max(0, time), this.duration);
    this.tellTime();
    if (play && !this.state.playing) void this.play();
  };

  by = (seconds: number): void => this.seek(this.time + seconds);

  setSpeed = (speed: number): void => {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = speed;
    prefer({ playerSpeed: speed });
    this.change({ speed });
  };

  /** The next of the usual speeds, up or down. */
  faster = (steps: 1 | -1): void => {
    const at = SPEEDS.findIndex((speed) => speed >= this.state.speed);
    const next = SPEEDS[(at < 0 ? SPEEDS.length - 1 : at) + steps];
    if (next !== undefined) this.setSpeed(next);
  };

  setVolume = (volume: number): void => {
    this.audio.volume = volume;
    prefer({ playerVolume: volume });
    this.change({ volume });
  };

  setSkipSilence = (skipSilence: boolean): void => {
    prefer({ skipSilence });
    this.change({ skipSilence });
  };

  /** Where nobody speaks: what is left out on request. */
  leaveOut(silences: readonly Range[]): void {
    this.silences = silences;
  }

  /** Falls silent and lets the audio go; it can be played again all the same. */
  stop = (): void => {
    cancelAnimationFrame(this.frame);
    this.audio.pause();
    this.link = null;
    this.audio.removeAttribute('src');
    this.audio.load();
  };

  /** Makes sure that the audio has an address that works. */
  private open(): Promise<void> {
    const ends = this.link ? Date.parse(this.link.expires_at) : 0;
    if (ends - Date.now() > SPARE) return Promise.resolve();
    this.linking ??= this.reopen().finally(() => {
      this.linking = null;
    });
    return this.linking;
  }

  private async reopen(): Promise<void> {
    this.link = await this.makeLink();
    const { time } = this;
    this.audio.src = this.link.url;
    this.audio.currentTime = time; // of the address before, or chosen before there was one
    this.audio.playbackRate = this.state.speed;
  }

  /** The audio broke off: most likely its address has ended. */
  private async mend(): Promise<void> {
    if (!this.link) return; // let go on purpose
    const wanted = this.state.playing || this.state.waiting || !this.audio.paused;
    this.link = null;
    if (this.broken++ >= TRIES) {
      this.change({ playing: false, waiting: false, problem: this.audio.error ?? new Error('the audio cannot be played') });
      return;
    }
    if (wanted) await this.play();
  }

  private run(): void {
    cancelAnimationFrame(this.frame);
    const step = () => {
      if (this.audio.paused) return;
      this.skip();
      this.tellTime();
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  private skip(): void {
    if (!this.state.skipSilence || this.audio.seeking) return;
    const silence = rangeAt(this.silences, this.time);
    if (silence) this.audio.currentTime = Math.min(silence.end, this.duration);
  }

  private tellTime = (): void => {
    const { time } = this;
    for (const listener of this.onTime) listener(time);
  };

  private change(by: Partial<Playing>): void {
    const next = { ...this.state, ...by };
    if ((Object.keys(by) as (keyof Playing)[]).every((key) => next[key] === this.state[key])) return;
    this.state = next;
    for (const listener of this.onState) listener();
  }
}
