import { describe, expect, it } from 'vitest';
import type { Agent } from '@/features/people/api/agents';
import type { Call } from './api/calls';
import { parseSearch, toFilter } from './search';
import { story } from './story';
import { targets } from './targets';

describe('the filters in the address', () => {
  it('leave out what makes no sense', () => {
    const broken = {
      period: 'ever',
      direction: 'up',
      agent: '-1',
      from: '2026-13-40',
      to: '2026-01-01',
      sort: 'name',
      queue: {},
      number: 44,
    };
    expect(parseSearch(broken)).toEqual({ number: '44' });
  });

  it('come back as they were', () => {
    const search = {
      period: 'week',
      direction: 'in',
      outcome: 'abandoned',
      queue: 'support',
      agent: 3,
      number: '+380',
      sort: 'started_at',
    };
    expect(parseSearch(search)).toEqual(search);
    expect(parseSearch({ from: '2026-11-01' })).toEqual({ from: '2026-11-01', to: '2026-11-01' });
  });

  it('become whole days of this browser', () => {
    const now = new Date(2026, 10, 21, 15);
    const day = (d: number) => new Date(2026, 10, d).toISOString();
    expect(toFilter({ period: 'yesterday' }, now)).toEqual({ from: day(20), to: day(21) });
    expect(toFilter({ from: '2026-11-01', to: '2026-11-02', queue: 'q' }, now)).toEqual({ queue: 'q', from: day(1), to: day(3) });
    expect(toFilter({ outcome: 'busy' }, now)).toEqual({ outcome: 'busy' });
  });
});

describe('the story of a call', () => {
  const at = (s: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, s)).toISOString();
  const call = {
    started_at: at(0),
    ended_at: at(60),
    queue_visits: [{ queue: 'support', entered_at: at(0), left_at: at(12), outcome: 'answered', wait_s: 12 }],
    offers: [
      { agent: { id: 2, name: 'Max' }, interface: 'PJSIP/1002', queue: 'support', rung_at: at(8), outcome: 'answered', ring_s: 4 },
      { agent: null, interface: 'PJSIP/1009', queue: 'support', rung_at: at(2), outcome: 'no_answer', ring_s: 5 },
    ],
    conversations: [
      {
        agent: { id: 2, name: 'Max' },
        interface: 'PJSIP/1002',
        queue: 'support',
        started_at: at(12),
        ended_at: at(60),
        hold_s: 0,
        ended_by: 'customer',
      },
    ],
  } as unknown as Call;

  it('is told in the order in which things happened', () => {
    expect(story(call).map((m) => ('who' in m ? `${m.kind} ${m.who}` : m.kind))).toEqual([
      'began',
      'queued',
      'rang PJSIP/1009',
      'rang Max',
      'talked Max',
      'ended',
    ]);
  });

  it('says how a visit ended when nobody answered', () => {
    const lost = {
      ...call,
      offers: [],
      conversations: [],
      queue_visits: [{ ...call.queue_visits[0], outcome: 'abandoned' }],
    } as unknown as Call;
    expect(story(lost).map((m) => m.kind)).toEqual(['began', 'queued', 'left', 'ended']);
  });
});

describe('where a call can be sent', () => {
  const agent = (id: number, name: string, state: string) => ({ id, name, extension: `100${id}`, presence: { state } }) as Agent;
  const agents = [agent(1, 'Zoe', 'available'), agent(2, 'Adam', 'paused'), agent(3, 'Ben', 'available')];
  const found = (typed: string) => targets(agents, typed).map((t) => t.label);

  it('begins with those who could answer now', () => expect(found('')).toEqual(['Ben', 'Zoe', 'Adam']));
  it('is found by name, extension or number', () => {
    expect(found('ad')).toEqual(['Adam']);
    expect(found('1002')).toEqual(['Adam', '1002']);
    expect(targets(agents, '+44 (20) 7946-0018').at(-1)?.number).toBe('+442079460018');
    expect(found('x y')).toEqual([]);
  });
});
