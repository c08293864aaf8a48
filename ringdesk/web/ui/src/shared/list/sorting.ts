import type { Rows } from './pages';

type Value = string | number | null;

/** Rows in the order of `sort`, `name` or `-name` as the lists write it. What has no value comes last either way. */
export function sorted<T>(rows: T[], sort: string, by: Record<string, (row: T) => Value>): T[] {
  const down = sort.startsWith('-');
  const value = by[sort.replace(/^-/, '')];
  if (!value) return rows;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = typeof x === 'string' && typeof y === 'string' ? x.localeCompare(y) : Number(x) - Number(y);
    return down ? -order : order;
  });
}

interface Query {
  error: unknown;
  refetch: () => unknown;
  isPlaceholderData?: boolean;
}

/** A list that came whole, as `List` takes it. */
export function wholeList<T>(rows: T[] | undefined, query: Query): Rows<T> {
  return {
    rows,
    error: rows ? null : query.error,
    retry: () => void query.refetch(),
    more: undefined,
    loadingMore: false,
    stale: query.isPlaceholderData ?? false,
  };
}
