import { Box, Button, Center, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort, IconTableOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sorted } from '@/shared/list/sorting';
import { useNarrow } from '@/shared/list/useNarrow';
import { Nothing } from '@/shared/ui/States';
import type { Cell, Report, ReportColumn, ReportQuery, ReportRow } from './api/report';
import { behindOf } from './behind';
import { isHeat, keysOf, measuresOf } from './charts/series';
import { Difference } from './Difference';
import { HelpButton } from './HelpButton';
import classes from './ReportTable.module.css';
import { numeric, plain, rowId, useValues, type Values } from './values';

const FIRST = 100; // rows drawn at once; the rest when it is asked for
const FEW = 4; // figures of a card before the rest is opened

interface Props {
  report: Report;
  /** The request that the report answers: what leads from a count to its calls. None without it. */
  query?: ReportQuery;
  /** `name` or `-name`. Without it as the server sent it. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** What is shown belongs to the filters before. */
  stale?: boolean;
  empty?: ReactNode;
  /** No higher than this; its own head and totals stay in sight. */
  maxHeight?: number;
}

/** A report in numbers: each with its definition, its change, and the way to the calls behind it. */
export function ReportTable({ report, query, sort = '', onSort, stale, empty, maxHeight = 640 }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const values = useValues(report.timezone);
  const [all, setAll] = useState(false);
  const rows = sortedRows(isHeat(report) ? { ...report, rows: report.rows.filter(busy(report)) } : report, sort, values);
  if (rows.length === 0)
    return empty ?? <Nothing icon={<IconTableOff stroke={1.5} />} title={t('statistics.none')} hint={t('statistics.noneHint')} />;
  const shown = all ? rows : rows.slice(0, FIRST);
  const part = { report, query, values, before: beforeOf(report) };
  return (
    <div className={stale ? classes.stale : undefined} aria-busy={stale}>
      {narrow ? <Cards {...part} rows={shown} /> : <Wide {...part} rows={shown} sort={sort} onSort={onSort} maxHeight={maxHeight} />}
      {shown.length < rows.length && (
        <Center p="md">
          <Button variant="default" size="xs" onClick={() => setAll(true)}>
            {t('statistics.allRows', { count: rows.length })}
          </Button>
        </Center>
      )}
    </div>
  );
}

/** Something happened in it: hours of the week in which nobody works are no rows to read. */
function busy(report: Report): (row: ReportRow) => boolean {
  const measures = measuresOf(report);
  return (row) => measures.some((measure) => numeric(row[measure.name]));
}

/** Rows in the order of a column: words by their letters, numbers by size. */
function sortedRows(report: Report, sort: string, values: Values): ReportRow[] {
  const by = Object.fromEntries(
    report.columns.map((column) => [column.name, (row: ReportRow) => comparable(row[column.name], column, report, values)]),
  );
  return sorted(report.rows, sort, by);
}

function comparable(cell: Cell | undefined, column: ReportColumn, report: Report, values: Values): string | number | null {
  if (!column.key || typeof cell === 'number') return numeric(cell);
  return column.unit === 'time' ? Date.parse(plain(cell)) : values.key(cell, column, report.interval);
}

/** The same row of the period before. Times are another's there: rows of time have none. */
function beforeOf(report: Report): (row: ReportRow | null) => ReportRow | undefined {
  const keys = keysOf(report);
  if (!report.previous) return () => undefined;
  const { rows, totals } = report.previous;
  const known = keys.some((key) => key.unit === 'time') ? null : new Map(rows.map((row) => [rowId(row, keys), row]));
  return (row) => (row ? known?.get(rowId(row, keys)) : totals);
}

interface PartProps {
  report: Report;
  query?: ReportQuery;
  values: Values;
  before: (row: ReportRow | null) => ReportRow | undefined;
}

function Wide({
  report,
  rows,
  sort,
  onSort,
  maxHeight,
  ...part
}: PartProps & { rows: ReportRow[]; sort: string; onSort?: (sort: string) => void; maxHeight: number }) {
  const { t } = useTranslation();
  const keys = keysOf(report);
  const measures = measuresOf(report);
  return (
    <Table.ScrollContainer
      minWidth={keys.length * 140 + measures.length * 96}
      maxHeight={maxHeight}
      type="native"
      className={classes.scroll}
      tabIndex={0}
      role="region"
      aria-label={report.title}
    >
      <Table className={classes.table} stickyHeader highlightOnHover aria-label={report.title}>
        <Table.Thead>
          <Table.Tr>
            {report.columns.map((column) => (
              <Head key={column.name} column={column} first={column === report.columns[0]} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowId(row, report.columns)}>
              {report.columns.map((column, i) => (
                <Table.Td
                  key={column.name}
                  className={column.key ? classes.key : classes.number}
                  data-first={i === 0 || undefined}
                  data-unit={column.unit}
                >
                  {column.key ? (
                    part.values.key(row[column.name], column, report.interval)
                  ) : (
                    <Figure {...part} report={report} row={row} column={column} />
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {rows.length > 1 && (
          <Table.Tfoot>
            <Table.Tr>
              {keys.length > 0 && (
                <Table.Th colSpan={keys.length} scope="row" className={classes.key} data-first>
                  {t('statistics.total')}
                </Table.Th>
              )}
              {measures.map((column) => (
                <Table.Td key={column.name} className={classes.number}>
                  <Figure {...part} report={report} row={null} column={column} />
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  );
}

function Head({ column, first, sort, onSort }: { column: ReportColumn; first: boolean; sort: string; onSort?: (sort: string) => void }) {
  const down = sort === `-${column.name}`;
  const up = sort === column.name;
  const Arrow = down ? IconArrowDown : up ? IconArrowUp : IconArrowsSort;
  // Numbers are asked for from the largest, names from A.
  const next = column.key ? (up ? `-${column.name}` : column.name) : down ? column.name : `-${column.name}`;
  return (
    <Table.Th
      className={column.key ? classes.key : classes.number}
      data-first={first || undefined}
      aria-sort={down ? 'descending' : up ? 'ascending' : undefined}
    >
      <Group gap={2} wrap="nowrap" justify={column.key ? 'flex-start' : 'flex-end'}>
        {onSort ? (
          <UnstyledButton className={classes.sort} data-sorted={down || up || undefined} onClick={() => onSort(next)}>
            {column.label}
            <Arrow size={13} aria-hidden />
          </UnstyledButton>
        ) : (
          column.label
        )}
        <HelpButton of={column} />
      </Group>
    </Table.Th>
  );
}

/** One number; where calls can be listed, the way to them. */
function Figure({ report, query, values, before, row, column }: PartProps & { row: ReportRow | null; column: ReportColumn }) {
  const { t } = useTranslation();
  const of = row ?? report.totals;
  const shown = values.cell(of[column.name], column, report.interval);
  const behind = query && behindOf(report, query, row, column);
  const what = row ? keysOf(report).map((key) => values.key(row[key.name], key, report.interval)) : [];
  const title = [column.label, ...what].join(' · ');
  const earlier = before(row);
  return (
    <span className={classes.figure}>
      {behind ? (
        <Link
          to="/statistics/$report/calls"
          params={{ report: report.report }}
          search={{ ...behind, title }}
          className={classes.behind}
          aria-label={t('statistics.behind.open', { value: shown, title })}
        >
          {shown}
        </Link>
      ) : (
        <span>{shown}</span>
      )}
      {earlier && <Difference column={column} now={numeric(of[column.name])} before={numeric(earlier[column.name])} values={values} />}
    </span>
  );
}

function Cards({ report, rows, ...part }: PartProps & { rows: ReportRow[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.cards} aria-label={report.title}>
      {rows.length > 1 && (
        <li>
          <Card {...part} report={report} row={null} title={t('statistics.total')} />
        </li>
      )}
      {rows.map((row) => (
        <li key={rowId(row, report.columns)}>
          <Card
            {...part}
            report={report}
            row={row}
            title={
              keysOf(report)
                .map((key) => part.values.key(row[key.name], key, report.interval))
                .join(' · ') || t('statistics.total')
            }
          />
        </li>
      ))}
    </ul>
  );
}

function Card({ report, row, title, ...part }: PartProps & { row: ReportRow | null; title: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const measures = measuresOf(report);
  const shown = open ? measures : measures.slice(0, FEW);
  return (
    <Box className={classes.card} data-total={row === null || undefined}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <dl className={classes.figures}>
        {shown.map((column) => (
          <div key={column.name}>
            <dt>
              {column.label} <HelpButton of={column} />
            </dt>
            <dd>
              <Figure {...part} report={report} row={row} column={column} />
            </dd>
          </div>
        ))}
      </dl>
      {measures.length > FEW && (
        <Button variant="subtle" size="compact-xs" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? t('statistics.fewer') : t('statistics.allFigures', { count: measures.length })}
        </Button>
      )}
    </Box>
  );
}
