import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Schemas } from '@/shared/api/client';

interface Shown {
  id: number;
  state: string;
  progress: number | null;
}

/** A transcription got on: wherever the recording is shown it says so, without asking the server. */
export function noteProgress(queries: QueryClient, { id, progress }: Schemas['RecordingChanged']): void {
  if (progress === null) return;
  const brought = <T extends Shown>(row: T): T => (row.id === id ? { ...row, progress } : row);
  queries.setQueryData<Shown>(['recordings', 'one', id], (row) => row && brought(row));
  queries.setQueriesData<InfiniteData<{ items: Shown[]; next: string | null }>>(
    { queryKey: ['recordings', 'list'] },
    (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(brought) })) },
  );
}
