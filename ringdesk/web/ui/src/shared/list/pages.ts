import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';

interface ListPage<T> {
  items: T[];
  next: string | null;
}

/** What every list by cursor passes to `useInfiniteQuery`. */
export const byCursor = {
  initialPageParam: null as string | null,
  getNextPageParam: (last: ListPage<unknown>) => last.next,
};

/** All rows read so far, and what the list's foot needs. */
export interface Rows<T> {
  rows: T[] | undefined;
  error: unknown;
  retry: () => void;
  more: (() => void) | undefined;
  loadingMore: boolean;
  /** What is shown belongs to the filters before: the answer to the new ones is under way. */
  stale: boolean;
}

export function rowsOf<T>(query: UseInfiniteQueryResult<InfiniteData<ListPage<T>>>): Rows<T> {
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    loadingMore: query.isFetchingNextPage,
    stale: query.isPlaceholderData,
  };
}
