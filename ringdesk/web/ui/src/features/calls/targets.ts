import type { Agent } from '@/features/people/api/agents';

/** Where a call can be sent: an agent, or any number or extension. */
export interface Target {
  key: string;
  label: string;
  agent?: Agent;
  number?: string;
}

const READINESS = ['available', 'wrap_up', 'ringing', 'talking', 'paused', 'offline'];

/** What fits the typed text, those first who could answer now. */
export function targets(agents: Agent[], typed: string): Target[] {
  const wanted = typed.trim().toLocaleLowerCase();
  const rank = (agent: Agent) => READINESS.indexOf(agent.presence?.state ?? 'offline');
  const people = agents
    .filter((a) => a.name.toLocaleLowerCase().includes(wanted) || (a.extension ?? '').startsWith(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .map((agent) => ({ key: `agent-${agent.id}`, label: agent.name, agent }));
  const number = typed.replace(/[\s()./-]/g, '');
  const dialable = /^\+?[0-9*#]{2,32}$/.test(number);
  return dialable ? [...people, { key: `number-${number}`, label: typed.trim(), number }] : people;
}
