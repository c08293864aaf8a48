import type { Target } from '../api/targets';
import { HOUSE } from './api/save-target';

/** A queue with the target that holds for it. */
export interface TargetRow extends Target {
  id: string;
  /** Its own, and not the house's. */
  own: boolean;
}

/** The house first, then every queue there is or was, each with what holds for it. */
export function targetRows({ items, queues }: { items: Target[]; queues: string[] }): TargetRow[] {
  const house = items.find((target) => target.queue === HOUSE);
  const own = items.filter((target) => target.queue !== HOUSE);
  const names = [...new Set([...own.map((target) => target.queue), ...queues.filter((name) => name !== HOUSE)])];
  const rows = names.flatMap((name) => {
    const target = own.find((one) => one.queue === name) ?? house;
    return target ? [{ ...target, id: name, queue: name, own: target !== house }] : [];
  });
  rows.sort((a, b) => a.queue.localeCompare(b.queue));
  return house ? [{ ...house, id: HOUSE, own: true }, ...rows] : rows;
}
