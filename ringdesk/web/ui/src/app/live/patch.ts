import type { QueryClient } from '@tanstack/react-query';
import { advance, emptyDesk } from '@/features/cards/desk';
import { deskQuery } from '@/features/cards/useDesk';
import { agentsQuery } from '@/features/people/api/agents';
import { noteProgress } from '@/features/recordings/progress';
import { makeToday } from '@/features/statistics/live';
import type { Schemas } from '@/shared/api/client';
import { isTyping } from '@/shared/keys/shortcuts';
import type { LiveEvent } from '@/shared/live/events';

const TOGETHER = 700; // ms; events come in bursts, and a list is read once for all of them

/** Brings the query cache in step with an event. `me` is whose page it is. */
export function makePatch(queries: QueryClient, me: number): (event: LiveEvent) => void {
  const stale = gathered((keys) => {
    for (const key of keys) void queries.invalidateQueries({ queryKey: [key] });
  });
  let today = makeToday(queries);
  return (event) => {
    queries.setQueryData(deskQuery.queryKey, (desk) => advance(desk ?? emptyDesk, event, me, isTyping()));
    switch (event.name) {
      case 'presence':
        queries.setQueryData(agentsQuery.queryKey, (agents) => agents && { items: agents.items.map((a) => withPresence(a, event.data)) });
        stale('queues');
        break;
      case 'call':
        // A call that merely goes from hand to hand changes no list of calls.
        if (event.data.state === 'began' || event.data.state === 'ended') stale('calls', 'customers');
        stale('queues');
        break;
      case 'callbacks':
        stale('callbacks');
        break;
      case 'recording':
        noteProgress(queries, event.data);
        // While one is transcribed only its progress moves, which stands in the event itself.
        if (event.data.progress === null) stale('recordings', 'scores', 'reviews', 'calls');
        break;
      case 'review':
        stale('reviews', 'scores');
        break;
      case 'statistics':
        today(event.data);
        break;
      case 'notice':
        stale('system', 'queues', 'agents');
        break;
      case 'snapshot':
        today = makeToday(queries);
        // Whatever was pushed while the line was down is lost; what was pushed before is still right.
        stale('calls', 'callbacks', 'queues', 'agents', 'recordings', 'scores', 'reviews', 'statistics');
        break;
      case 'card':
      case 'card_closed':
        break;
    }
  };
}

function withPresence(agent: Schemas['AgentView'], push: Schemas['PresencePush']): Schemas['AgentView'] {
  if (agent.id !== push.user_id) return agent;
  const { state, reason, since, call_id, until } = push;
  return { ...agent, presence: { state, reason, since, call_id, until } };
}

function gathered(act: (keys: Set<string>) => void): (...keys: string[]) => void {
  let waiting: Set<string> | null = null;
  return (...keys) => {
    if (!waiting) {
      const batch = (waiting = new Set<string>());
      setTimeout(() => {
        waiting = null;
        act(batch);
      }, TOGETHER);
    }
    for (const key of keys) waiting.add(key);
  };
}
