import type { Evidence } from './api/scores';

/** What the machine writes where no words stand behind an answer, by its sentence: these are no quotations, and are translated. */
export const NOTES = {
  'not said here': 'notSaid',
  'heard too badly to tell': 'heardBadly',
  'the recording was paused here': 'paused',
  'the cue was not said': 'noCue',
  'nobody spoke': 'nobodySpoke',
  'nobody speaks': 'silence',
  'never silent': 'neverSilent',
  "the agent's longest stretch": 'longestStretch',
  'the agent did not speak': 'agentSilent',
  'no interruption': 'noInterruption',
  'the PBX did not tell': 'unknown',
  'on hold': 'onHold',
  'never on hold': 'neverOnHold',
  'on hold outside of this recording': 'onHoldElsewhere',
  'came through no queue': 'noQueue',
  'there is no word list for this language': 'noWordList',
  'neither polite nor rude words': 'neither',
  'there is no transcript': 'noWords',
  'both speakers are in one channel': 'oneChannel',
} as const;

/** Words that somebody said, and no note of the machine's. */
export function isQuoted({ speaker, text }: Pick<Evidence, 'speaker' | 'text'>): boolean {
  return speaker !== null && noteOf(text) === null;
}

export function noteOf(text: string): (typeof NOTES)[keyof typeof NOTES] | null {
  return Object.hasOwn(NOTES, text) ? NOTES[text as keyof typeof NOTES] : null;
}
