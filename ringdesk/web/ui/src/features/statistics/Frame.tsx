import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import type { Report } from './api/report';

interface Props {
  query: Pick<UseQueryResult<Report>, 'data' | 'error' | 'refetch' | 'isPlaceholderData'>;
  title?: ReactNode;
  aside?: ReactNode;
  label?: string;
  flush?: boolean;
  lines?: number;
  children: (report: Report) => ReactNode;
}

/** A sheet with something of a report on it, in every state a report can be in. */
export function Frame({ query, lines = 6, flush, children, ...surface }: Props) {
  const { data, error } = query;
  return (
    <Surface {...surface} flush={flush && data !== undefined && !error}>
      {error ? (
        <Failed error={error} onRetry={() => void query.refetch()} />
      ) : data ? (
        <div style={query.isPlaceholderData ? { opacity: 0.6 } : undefined} aria-busy={query.isPlaceholderData}>
          {children(data)}
        </div>
      ) : (
        <Loading lines={lines} height={22} />
      )}
    </Surface>
  );
}
