import { Box, Button, Center } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { DataTable } from 'mantine-datatable';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed, Loading } from '../ui/States';
import classes from './List.module.css';
import type { Rows } from './pages';
import { useNarrow } from './useNarrow';

export interface Column<T> {
  key: string;
  title: ReactNode;
  render: (row: T) => ReactNode;
  width?: number | string;
  right?: boolean;
  /** The server can sort by it. */
  sortable?: boolean;
}

interface Props<T> {
  found: Rows<T>;
  /** Without them there is no table: cards, however wide the page is. */
  columns?: Column<T>[];
  /** The same row where there is no room for a table. */
  card: (row: T) => ReactNode;
  empty: ReactNode;
  /** `name` or `-name` for descending, as the API writes it. */
  sort?: string;
  onSort?: (sort: string) => void;
  onOpen?: (row: T) => void;
  label: string;
}

/** A list from the server: a table where there is room, cards where there is not, and every state a list can be in. */
export function List<T extends { id: number | string }>({ found, columns, card, empty, sort = '', onSort, onOpen, label }: Props<T>) {
  const narrow = useNarrow();
  const { t } = useTranslation();
  if (found.error) return <Failed error={found.error} onRetry={found.retry} />;
  if (!found.rows)
    return (
      <Box px="lg" py="sm">
        <Loading lines={8} height={22} />
      </Box>
    );
  if (found.rows.length === 0) return empty;
  return (
    <div className={found.stale ? classes.stale : undefined} aria-busy={found.stale}>
      {narrow || !columns ? (
        <ul className={classes.cards} aria-label={label}>
          {found.rows.map((row) => (
            <li key={row.id}>{card(row)}</li>
          ))}
        </ul>
      ) : (
        <DataTable<T>
          aria-label={label}
          records={found.rows}
          emptyState={<></>} // it is read aloud beside a full table as well; an empty list is told above
          columns={columns.map((c) => ({
            accessor: c.key,
            title: c.title,
            render: c.render,
            width: c.width,
            textAlign: c.right ? ('right' as const) : undefined,
            sortable: c.sortable,
          }))}
          sortStatus={{ columnAccessor: sort.replace(/^-/, ''), direction: sort.startsWith('-') ? 'desc' : 'asc' }}
          onSortStatusChange={(s) => onSort?.(`${s.direction === 'desc' ? '-' : ''}${String(s.columnAccessor)}`)}
          onRowClick={onOpen && ((row) => onOpen(row.record))}
          highlightOnHover
          horizontalSpacing="md"
          verticalSpacing="xs"
          backgroundColor="transparent"
          rowBorderColor="var(--rd-line)"
          borderColor="var(--rd-line)"
          highlightOnHoverColor="var(--rd-hover)"
          scrollAreaProps={{ type: 'auto' }}
          classNames={{ header: classes.header, table: classes.table }}
        />
      )}
      {found.more && <More onMore={found.more} loading={found.loadingMore} label={t('common.more')} />}
    </div>
  );
}

/** Loads when it comes into sight; the button is for the keyboard, and for when that went wrong. */
function More({ onMore, loading, label }: { onMore: () => void; loading: boolean; label: string }) {
  const { ref, entry } = useIntersection<HTMLDivElement>({ rootMargin: '200px' });
  const visible = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (visible && !loading) onMore();
    // Once each time it comes into sight, not again with every new function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [visible]);
  return (
    <Center ref={ref} p="md">
      <Button variant="default" size="xs" onClick={onMore} loading={loading}>
        {label}
      </Button>
    </Center>
  );
}
