import type { Call } from './api/calls';

/** A moment of a call, for its story in the order in which things happened. */
export type Moment =
  | { kind: 'began'; at: string }
  | { kind: 'queued'; at: string; queue: string }
  | { kind: 'left'; at: string; queue: string; outcome: NonNullable<Call['queue_visits'][number]['outcome']> | null; wait: number | null }
  | { kind: 'rang'; at: string; who: string; outcome: Call['offers'][number]['outcome']; ring: number | null }
  | { kind: 'talked'; at: string; who: string; until: string | null; hold: number; endedBy: Call['conversations'][number]['ended_by'] }
  | { kind: 'ended'; at: string };

// What happens at the same instant is told in this order.
const ORDER: Moment['kind'][] = ['began', 'queued', 'rang', 'left', 'talked', 'ended'];

export function story(call: Call): Moment[] {
  const moments: Moment[] = [{ kind: 'began', at: call.started_at }];
  for (const visit of call.queue_visits) {
    moments.push({ kind: 'queued', at: visit.entered_at, queue: visit.queue });
    // An answered visit ends in the conversation, which says so itself.
    if (visit.left_at && visit.outcome !== 'answered') {
      moments.push({ kind: 'left', at: visit.left_at, queue: visit.queue, outcome: visit.outcome, wait: visit.wait_s });
    }
  }
  for (const offer of call.offers) {
    moments.push({
      kind: 'rang',
      at: offer.rung_at,
      who: offer.agent?.name ?? offer.interface,
      outcome: offer.outcome,
      ring: offer.ring_s,
    });
  }
  for (const talk of call.conversations) {
    const who = talk.agent?.name ?? talk.interface;
    moments.push({ kind: 'talked', at: talk.started_at, who, until: talk.ended_at, hold: talk.hold_s, endedBy: talk.ended_by });
  }
  if (call.ended_at) moments.push({ kind: 'ended', at: call.ended_at });
  return moments.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
