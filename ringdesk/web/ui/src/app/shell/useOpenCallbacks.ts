import { useInfiniteQuery } from '@tanstack/react-query';
import { callbacksQuery } from '@/features/callbacks/api/callbacks';
import { useMay } from '@/features/session/rights';
import { useFormats } from '@/shared/time/format';

/** How many call-backs nobody has taken yet; null for none, or for those who do not work them. */
export function useOpenCallbacks(): { count: number; shown: string } | null {
  const may = useMay();
  const format = useFormats();
  const { data, hasNextPage } = useInfiniteQuery({ ...callbacksQuery(['open', 'taken']), enabled: may('callbacks') });
  const count = data?.pages.flatMap((page) => page.items).filter((c) => c.state === 'open').length ?? 0;
  return count ? { count, shown: format.number(count) + (hasNextPage ? '+' : '') } : null;
}
