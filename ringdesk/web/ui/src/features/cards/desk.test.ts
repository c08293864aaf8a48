import { describe, expect, it } from 'vitest';
import type { LiveEvent, Snapshot } from '@/shared/live/events';
import { advance, type Card, type Desk, dismiss, emptyDesk, present, select } from './desk';

const ME = 7;
let clock = 0;

/** A moment later than every one before. */
function later(): string {
  return new Date(Date.UTC(2026, 10, 21, 12) + ++clock * 1000).toISOString();
}

function card(call: string, more: Partial<Card> = {}): Card {
  return {
    v: 1,
    card_id: `${call}.${ME}.1`,
    call_id: call,
    direction: 'in',
    queue: 'support',
    did: '4001',
    did_pretty: null,
    state: 'ringing',
    caller: { number: '+380441234567', e164: '+380441234567', name: '', pretty: '+380 44 123 4567', country: 'UA', hidden: false },
    customer: null,
    restricted: false,
    candidates: [],
    orders: [],
    deals: [],
    tasks: [],
    history: [],
    notes: [],
    sent_by: null,
    looked_up: true,
    waited_s: 3,
    call_started_at: later(),
    ring_started_at: later(),
    answered_at: null,
    ended_at: null,
    pushed_at: later(),
    ...more,
  };
}

const pushed = (data: Card): LiveEvent => ({ name: 'card', data });
const closed = (call: string, reason: 'answered' | 'elsewhere' | 'missed' | 'abandoned' | 'ended', serial = 1): LiveEvent => ({
  name: 'card_closed',
  data: { v: 1, card_id: `${call}.${ME}.${serial}`, call_id: call, reason },
});
const talking = (call: string) => card(call, { state: 'talking', answered_at: later() });
const snapshot = (cards: Card[], more: Partial<Snapshot> = {}): LiveEvent => ({
  name: 'snapshot',
  data: { v: 1, at: later(), presence: null, cards, link: 'up', ...more },
});
const wrapUp = (call: string): LiveEvent => ({
  name: 'presence',
  data: { v: 1, user_id: ME, state: 'wrap_up', reason: null, since: later(), call_id: call, until: later() },
});
const available = (): LiveEvent => ({
  name: 'presence',
  data: { v: 1, user_id: ME, state: 'available', reason: null, since: later(), call_id: null, until: null },
});

function after(...events: LiveEvent[]): Desk {
  return events.reduce((desk, event) => advance(desk, event, ME), emptyDesk);
}

const shown = (desk: Desk) => desk.cards.map((c) => `${c.card.call_id}:${c.over ? 'over' : c.card.state}`);

describe('a card', () => {
  it('appears, and takes the empty stage', () => {
    const desk = after(pushed(card('a')));
    expect(shown(desk)).toEqual(['a:ringing']);
    expect(desk.selected).toBe('a');
  });

  it('is there once, however often it is pushed', () => {
    const event = pushed(card('a'));
    expect(after(event, event)).toEqual(after(event));
    expect(shown(after(event, pushed(talking('a'))))).toEqual(['a:talking']);
  });

  it('keeps its newest state when an older one arrives late', () => {
    const ringing = card('a');
    expect(shown(after(pushed(talking('a')), pushed(ringing)))).toEqual(['a:talking']);
  });

  it('does not come back when it closed before it was told of', () => {
    expect(shown(after(closed('a', 'abandoned'), pushed(card('a'))))).toEqual([]);
  });

  it.each(['elsewhere', 'missed', 'abandoned', 'answered'] as const)('goes when it is closed as %s', (reason) => {
    const desk = after(pushed(card('a')), closed('a', reason));
    expect(desk.cards).toEqual([]);
    expect(desk.selected).toBeNull();
  });

  it('stays after its conversation, until the agent is done with it', () => {
    const desk = after(pushed(talking('a')), closed('a', 'ended'));
    expect(shown(desk)).toEqual(['a:over']);
    expect(dismiss(desk, 'a').cards).toEqual([]);
  });

  it('is not dismissed while its call runs', () => {
    expect(shown(dismiss(after(pushed(talking('a'))), 'a'))).toEqual(['a:talking']);
  });

  it('goes on when its call comes back to the same agent', () => {
    const again = card('a', { card_id: `a.${ME}.2` });
    expect(shown(after(pushed(talking('a')), closed('a', 'ended'), pushed(again)))).toEqual(['a:ringing']);
  });

  it('says when the wrap-up that kept it is over', () => {
    const desk = after(pushed(talking('a')), closed('a', 'ended'), wrapUp('a'));
    expect(desk.cards[0]?.wrappedUp).toBe(false);
    expect(advance(desk, available(), ME).cards[0]?.wrappedUp).toBe(true);
  });
});

describe('the stage', () => {
  it('keeps the running call when a second one rings', () => {
    const desk = after(pushed(talking('a')), pushed(card('b')));
    expect(desk.selected).toBe('a');
    expect(shown(desk)).toEqual(['a:talking', 'b:ringing']);
  });

  it('gives way to a new call when its own is over', () => {
    expect(after(pushed(talking('a')), closed('a', 'ended'), pushed(card('b'))).selected).toBe('b');
  });

  it('does not give way while somebody types on it; the new call waits', () => {
    const before = after(pushed(talking('a')), closed('a', 'ended'));
    const desk = advance(before, pushed(card('b')), ME, true);
    expect([desk.selected, desk.waiting]).toEqual(['a', 'b']);
    expect(select(desk, 'b')).toMatchObject({ selected: 'b', waiting: null });
  });

  it('stays where the agent put it, also on a call that is over', () => {
    const desk = select(after(pushed(talking('a')), closed('a', 'ended'), pushed(card('b'))), 'a');
    expect(advance(desk, pushed(talking('b')), ME).selected).toBe('a');
  });

  it('turns to the call that talks when the shown one goes', () => {
    const desk = select(after(pushed(talking('a')), pushed(card('b'))), 'b');
    expect(advance(desk, closed('b', 'abandoned'), ME).selected).toBe('a');
  });
});

describe('a snapshot', () => {
  it('replaces what was known', () => {
    const desk = after(pushed(card('gone')), snapshot([card('a')]));
    expect(shown(desk)).toEqual(['a:ringing']);
    expect(desk.link).toBe('up');
  });

  it('shows a card once that was pushed before and after it', () => {
    const early = card('a');
    const answered = talking('a');
    expect(shown(after(pushed(early), snapshot([answered]), pushed(early)))).toEqual(['a:talking']);
  });

  it('knows the cards of a server that was started anew, whose ids begin again', () => {
    const desk = after(pushed(talking('a')), closed('b', 'missed'), snapshot([card('a', { card_id: `a.${ME}.9`, state: 'talking' })]));
    expect(shown(desk)).toEqual(['a:talking']);
    expect(shown(advance(desk, pushed(card('b')), ME))).toEqual(['a:talking', 'b:ringing']);
  });

  it('leaves the card of a conversation that ended meanwhile, for its notes', () => {
    expect(shown(after(pushed(talking('a')), snapshot([])))).toEqual(['a:over']);
  });

  it('brings the card of the wrap-up back after a reload', () => {
    expect(shown(after(snapshot([card('a', { state: 'ended' })])))).toEqual(['a:over']);
  });
});

describe('presence', () => {
  it('is only one’s own', () => {
    const other = { ...available(), data: { ...available().data, user_id: 8 } } as LiveEvent;
    expect(after(other).presence).toBeNull();
  });

  it('does not go back in time', () => {
    const early = available();
    const desk = after(wrapUp('a'));
    expect(
      advance(desk, early.name === 'presence' ? { ...early, data: { ...early.data, since: '2020-01-01T00:00:00Z' } } : early, ME),
    ).toBe(desk);
  });

  it('of an answer counts like one of an event', () => {
    const desk = after(wrapUp('a'));
    const now = { state: 'paused' as const, reason: 'Lunch', since: later(), call_id: null, until: null };
    expect(present(desk, now).presence).toEqual(now);
  });
});

it('a notice tells of the link', () => {
  const notice = (key: 'link_up' | 'link_down'): LiveEvent => ({ name: 'notice', data: { v: 1, key, text: '', at: later() } });
  expect(after(notice('link_down')).link).toBe('down');
  expect(after(notice('link_down'), notice('link_up')).link).toBe('up');
});
