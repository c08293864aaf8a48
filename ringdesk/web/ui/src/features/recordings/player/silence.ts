import type { Peaks } from '../api/peaks';

export interface Range {
  start: number;
  end: number;
}

const SHORTEST = 2; // seconds; a shorter pause belongs to the talk
const LEAD_IN = 0.4; // seconds of the silence that are still heard at its beginning, so that no word's end is lost
const LEAD_OUT = 0.3; // seconds heard before the talk goes on
const FLOOR = 4; // of 255; quieter than that is no voice on any line
const SHARE = 0.06; // of the loud parts (their 98th percentile): line noise lies 25 dB and more below speech

/** Where nobody speaks for longer than two seconds: what is left out when silence is skipped. */
export function silences({ per_second, channels }: Pick<Peaks, 'per_second' | 'channels'>): Range[] {
  const quiet = channels.map(threshold);
  const length = Math.max(0, ...channels.map((channel) => channel.length));
  const found: Range[] = [];
  let since = 0;
  for (let at = 0; at <= length; at++) {
    const silent = at < length && channels.every((channel, i) => (channel[at] ?? 0) <= (quiet[i] ?? FLOOR));
    if (silent) continue;
    if (at - since > SHORTEST * per_second) {
      found.push({ start: since / per_second + (since > 0 ? LEAD_IN : 0), end: at / per_second - (at < length ? LEAD_OUT : 0) });
    }
    since = at + 1;
  }
  return found;
}

/** The loudest a channel may be and still count as silent. */
function threshold(channel: number[]): number {
  const histogram = new Uint32Array(256);
  for (const peak of channel) histogram[Math.min(255, Math.max(0, peak))]! += 1;
  let above = channel.length * 0.02;
  for (let level = 255; level > 0; level--) {
    above -= histogram[level] ?? 0;
    if (above < 0) return Math.max(FLOOR, level * SHARE);
  }
  return FLOOR;
}

/** The range around a moment, by bisection; undefined where there is none. Ranges are in order and do not overlap. */
export function rangeAt(ranges: readonly Range[], time: number): Range | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as Range).end <= time) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range && range.start <= time ? range : undefined;
}
