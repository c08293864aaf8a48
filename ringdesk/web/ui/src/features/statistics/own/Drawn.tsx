import { useTranslation } from 'react-i18next';
import type { Report, ReportQuery } from '../api/report';
import { ReportChart } from '../charts/ReportChart';
import { Figures } from '../Figures';
import { keysOf, measuresOf } from '../charts/series';
import { ReportTable } from '../ReportTable';
import { type ChartKind, drawingFor } from './definition';

interface Props {
  report: Report;
  query?: ReportQuery;
  chart: ChartKind;
  height?: number;
  title?: string;
}

/** The chart of an own report; large figures where there is nothing to set side by side. Null for one that is only a table. */
export function OwnChart({ report, query, chart, height, title }: Props) {
  const { t } = useTranslation();
  if (keysOf(report).length === 0) return <Figures report={report} query={query} label={title ?? t('own.figures')} />;
  const drawing = drawingFor(report, chart);
  if (!drawing) return null;
  const [first] = measuresOf(report);
  // Of several things only one measure is drawn, or the lines of one could not be told from those of another.
  const several = keysOf(report).length > 1 || drawing === 'heat' || (drawing === 'categories' && chart !== 'stacked');
  const measures = several ? (first ? [first.name] : []) : measuresOf(report).map(({ name }) => name);
  return <ReportChart report={report} measures={measures} drawing={drawing} height={height} title={title} />;
}

export function OwnTable({ report, query, sort, onSort, stale, maxHeight }: Omit<Props, 'chart' | 'height' | 'title'> & TableProps) {
  return <ReportTable report={report} query={query} sort={sort ?? undefined} onSort={onSort} stale={stale} maxHeight={maxHeight} />;
}

interface TableProps {
  sort: string | null;
  onSort?: (sort: string) => void;
  stale?: boolean;
  maxHeight?: number;
}
