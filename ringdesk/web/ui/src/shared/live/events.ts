import type { Schemas } from '../api/client';

/** What the server pushes, by the event's name. */
interface Pushed {
  card: Schemas['Card'];
  card_closed: Schemas['CardClosed'];
  call: Schemas['CallState'];
  presence: Schemas['PresencePush'];
  callbacks: Schemas['CallbacksChanged'];
  recording: Schemas['RecordingChanged'];
  review: Schemas['ReviewChanged'];
  statistics: Schemas['StatisticsChanged'];
  notice: Schemas['Notice'];
}

export type Snapshot = Schemas['Snapshot'];

/** Everything that can happen live: what is pushed, and the snapshot that replaces whatever was known before it. */
export type LiveEvent = { [Name in keyof Pushed]: { name: Name; data: Pushed[Name] } }[keyof Pushed] | { name: 'snapshot'; data: Snapshot };

export const PUSHED: (keyof Pushed)[] = [
  'card',
  'card_closed',
  'call',
  'presence',
  'callbacks',
  'recording',
  'review',
  'statistics',
  'notice',
];

/** The shapes above. A server that speaks another version has a newer page for us. */
export const VERSION = 1;
