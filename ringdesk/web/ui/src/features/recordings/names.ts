import type { Recording } from './api/recordings';

/** Who was on the line, for a list: the customer, else the name that the network sent, else the number, else the file. */
export function otherSide({ customer, caller, name }: Pick<Recording, 'customer' | 'caller' | 'name'>, hidden: string): string {
  if (customer) return customer.name;
  if (!caller) return name;
  if (caller.hidden) return hidden;
  return caller.name || caller.pretty || caller.number || name;
}
