import type { CustomerFilter, CustomerSort } from './api/customers';

const SORTS: CustomerSort[] = ['best', 'name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'];

/** What of an address makes sense for the customers list. */
export function parseCustomerSearch(raw: Record<string, unknown>): CustomerFilter {
  const text = (key: string, most: number) =>
    (typeof raw[key] === 'string' && raw[key]) || typeof raw[key] === 'number' ? String(raw[key]).slice(0, most) : undefined;
  const found: CustomerFilter = {
    q: text('q', 200),
    tag: text('tag', 64),
    kind: (['person', 'company'] as const).find((kind) => kind === raw.kind),
    sort: SORTS.find((sort) => sort === raw.sort),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
