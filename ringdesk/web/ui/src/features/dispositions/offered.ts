import type { Disposition } from './api/dispositions';

/** What is offered after a call of these queues, in the order of the list; one that was chosen before stays, offered or not. */
export function offered(all: Disposition[], queues: string[], chosen: number | null): Disposition[] {
  return all.filter(({ id, active, queue }) => id === chosen || (active && (queue === '' || queues.includes(queue)))).sort(byPlace);
}

/** By the house's order: those of every call first, then each queue's. */
export function byPlace(a: Disposition, b: Disposition): number {
  return a.queue.localeCompare(b.queue) || a.position - b.position || a.name.localeCompare(b.name);
}

/** The list of one queue with one disposition a place further up or down; only those whose place changes. */
export function moved(all: Disposition[], id: number, by: -1 | 1): Disposition[] {
  const one = all.find((disposition) => disposition.id === id);
  if (!one) return [];
  const list = all.filter(({ queue }) => queue === one.queue).sort(byPlace);
  const from = list.indexOf(one);
  const other = list[from + by];
  if (!other) return [];
  const placed = list.with(from, other).with(from + by, one);
  return placed.flatMap((disposition, position) => (disposition.position === position ? [] : [{ ...disposition, position }]));
}
