import type { LiveEvent, Snapshot } from '@/shared/live/events';
import type { Schemas } from '@/shared/api/client';

export type Card = Schemas['Card'];
export type Presence = Schemas['PresenceView'];

/** A card on this desk. It outlives its call until the agent is done with it. */
export interface DeskCard {
  card: Card;
  /** The call is over for this agent. */
  over: boolean;
  /** The wrap-up that kept this card has ended. */
  wrappedUp: boolean;
}

/** All that is live for one agent. `null` presence: an account without a phone. */
export interface Desk {
  cards: DeskCard[];
  /** The call on the stage. */
  selected: string | null;
  /** A new call that would take the stage, were nobody typing on it. */
  waiting: string | null;
  presence: Presence | null;
  link: Snapshot['link'] | null;
  /** Cards that closed, so that a late event cannot bring one back. */
  closed: string[];
}

export const emptyDesk: Desk = { cards: [], selected: null, waiting: null, presence: null, link: null, closed: [] };

const REMEMBERED = 100; // closed cards; far more than can be on their way

/**
 * The desk after an event. Applying the same event twice changes nothing the second time.
 * `me` is whose desk it is; `typing`: somebody types just now, so that no other card may take the stage.
 */
export function advance(desk: Desk, event: LiveEvent, me: number, typing = false): Desk {
  switch (event.name) {
    case 'card':
      return staged(desk, upsert(desk, event.data), typing);
    case 'card_closed':
      return staged(desk, close(desk, event.data), typing);
    case 'presence':
      return event.data.user_id === me ? present(desk, event.data) : desk;
    case 'notice':
      return { ...desk, link: event.data.key === 'link_up' ? 'up' : 'down' };
    case 'snapshot':
      return staged(desk, replaced(desk, event.data), typing);
    case 'call':
    case 'callbacks':
    case 'recording':
    case 'review':
    case 'statistics':
      return desk;
  }
}

/** The agent is done with the card of an ended call. */
export function dismiss(desk: Desk, callId: string): Desk {
  return staged(desk, { ...desk, cards: desk.cards.filter((c) => !(c.over && c.card.call_id === callId)) }, false);
}

export function select(desk: Desk, callId: string): Desk {
  return { ...desk, selected: callId, waiting: null };
}

/** Presence from the answer to one's own switch; a live event that is newer stays. */
export function present(desk: Desk, presence: Presence): Desk {
  const before = desk.presence;
  if (before && Date.parse(presence.since) < Date.parse(before.since)) return desk;
  const done = before?.state === 'wrap_up' && presence.state !== 'wrap_up' ? before.call_id : null;
  const { state, reason, since, call_id, until } = presence;
  return {
    ...desk,
    presence: { state, reason, since, call_id, until },
    cards: done === null ? desk.cards : desk.cards.map((c) => (c.over && c.card.call_id === done ? { ...c, wrappedUp: true } : c)),
  };
}

function upsert(desk: Desk, card: Card): Desk {
  if (desk.closed.includes(card.card_id)) return desk;
  const known = desk.cards.find((c) => c.card.card_id === card.card_id);
  if (known && Date.parse(card.pushed_at) < Date.parse(known.card.pushed_at)) return desk; // overtaken by the snapshot
  const entry = { card, over: false, wrappedUp: false };
  // One card a call: a call that comes back to the same agent continues on the card that it left.
  const at = desk.cards.findIndex((c) => c.card.call_id === card.call_id);
  return { ...desk, cards: at < 0 ? [...desk.cards, entry] : desk.cards.with(at, entry) };
}

function close(desk: Desk, { card_id, reason }: Schemas['CardClosed']): Desk {
  const closed = [card_id, ...desk.closed.filter((id) => id !== card_id)].slice(0, REMEMBERED);
  const cards = desk.cards.flatMap((c) => {
    if (c.card.card_id !== card_id) return [c];
    return reason === 'ended' ? [ended(c)] : [];
  });
  return { ...desk, closed, cards };
}

/** The snapshot is the truth about calls. Of what it does not mention only the cards of conversations stay, for their notes. */
function replaced(desk: Desk, snapshot: Snapshot): Desk {
  const fresh: DeskCard[] = snapshot.cards.map((card) => ({ card, over: card.state === 'ended', wrappedUp: false }));
  const named = new Set(fresh.map((c) => c.card.call_id));
  const kept = desk.cards.filter((c) => !named.has(c.card.call_id) && (c.over || c.card.answered_at !== null)).map(ended);
  const order = new Map(desk.cards.map((c, i) => [c.card.call_id, i]));
  const place = (c: DeskCard) => order.get(c.card.call_id) ?? desk.cards.length;
  return {
    ...desk,
    cards: [...kept, ...fresh].sort((a, b) => place(a) - place(b)),
    closed: [], // card ids begin anew with a server that was restarted
    link: snapshot.link,
    presence: snapshot.presence && presenceOf(snapshot.presence),
  };
}

function ended(c: DeskCard): DeskCard {
  return c.over ? c : { ...c, over: true, card: { ...c.card, state: 'ended' } };
}

function presenceOf({ state, reason, since, call_id, until }: Schemas['PresencePush']): Presence {
  return { state, reason, since, call_id, until };
}

const URGENCY: Record<Card['state'], number> = { talking: 0, held: 1, ringing: 2, ended: 3 };

/** Something is on the stage while there is anything; a call that begins takes the place of one that is over. */
function staged(before: Desk, after: Desk, typing: boolean): Desk {
  const ran = new Set(before.cards.flatMap((c) => (c.over ? [] : [c.card.call_id])));
  const begun = after.cards.find((c) => !c.over && !ran.has(c.card.call_id));
  const shown = after.cards.find((c) => c.card.call_id === after.selected);
  if (shown && shown.over && begun && typing) return { ...after, waiting: begun.card.call_id };
  if (shown && !(shown.over && begun)) return after;
  const next = after.cards.toSorted((a, b) => URGENCY[a.card.state] - URGENCY[b.card.state])[0];
  return { ...after, selected: next?.card.call_id ?? null, waiting: null };
}
