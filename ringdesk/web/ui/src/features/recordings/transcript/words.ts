import type { Utterance } from '../api/transcript';

/** A word by the number of its utterance and its own in it. */
export interface Place {
  utterance: number;
  word: number;
}

export const UNSURE = 0.6; // below that confidence a word is marked: about every second one of them is wrong

/** What stands for a word that was masked. */
const MASKED = /^[•*]+$|^\[masked\]$/i;

export function isMasked(word: string): boolean {
  return MASKED.test(word);
}

/** For every utterance the latest end of all up to it: how far back two people can have spoken at once. */
export function reaches(utterances: readonly Utterance[]): number[] {
  let latest = 0;
  return utterances.map((utterance) => (latest = Math.max(latest, utterance.end)));
}

/**
 * The words being said at a moment, one of each speaker at most; a word lasts until the next of its utterance begins. Utterances are in
 * the order of their starts.
 */
export function wordsAt(utterances: readonly Utterance[], latest: readonly number[], time: number): Place[] {
  const found: Place[] = [];
  for (let u = lastFrom(utterances, time); u >= 0 && (latest[u] ?? 0) > time; u--) {
    const utterance = utterances[u] as Utterance;
    if (utterance.end <= time) continue;
    const word = lastFrom(utterance.words, time);
    if (word >= 0) found.push({ utterance: u, word });
  }
  return found.reverse();
}

/** The utterance that is said at a moment, or the last one before it; -1 before the first. */
export function utteranceAt(utterances: readonly Utterance[], time: number): number {
  return lastFrom(utterances, time);
}

/** The last that begins at or before `time`; -1 for none. */
function lastFrom(items: readonly { start: number }[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as { start: number }).start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The words of each utterance that hold, one after the other, what is looked for; case and accents do not matter. The last may be begun only. */
export function findWords(utterances: readonly Utterance[], wanted: string): (Place & { count: number })[] {
  const looked = plain(wanted).split(/\s+/).filter(Boolean);
  if (looked.length === 0) return [];
  const fits = (word: string | undefined, i: number) => {
    const target = looked[i] as string;
    return word !== undefined && (i === looked.length - 1 ? plain(word).startsWith(target) : plain(word) === target);
  };
  return utterances.flatMap((utterance, u) =>
    utterance.words.flatMap((_, w) => {
      const whole = looked.every((_target, i) => fits(utterance.words[w + i]?.word, i));
      return whole ? [{ utterance: u, word: w, count: looked.length }] : [];
    }),
  );
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s'•]/gu, '');
}
