import { BarChart, LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import { pbxNow } from '@/shared/time/clock';
import type { Report, ReportColumn } from '../api/report';
import { useValues, type Values } from '../values';
import classes from './Chart.module.css';
import { Flow } from './Flow';
import { Heat } from './Heat';
import { Legend } from './Legend';
import { BEFORE, lineOf } from './palette';
import { patternOf, Patterns } from './Patterns';
import { categoriesOf, courseOf, type Course, type Drawing, drawingOf, keysOf, type Series } from './series';

interface Props {
  report: Report;
  /** The measures drawn, by name; of one unit, for they share an axis. */
  measures: string[];
  /** Another drawing than its rows ask for. */
  drawing?: Drawing;
  title?: string;
  height?: number;
  /** Beside the title: what chooses the measure, say. */
  aside?: ReactNode;
  /** A line across: what was promised. */
  target?: { value: number; label: string };
}

/** A report as a picture: with title, unit, axes and legend. The table beside it says the same in numbers. */
export function ReportChart({ report, measures, drawing, title, height = 280, aside, target }: Props) {
  const { t } = useTranslation();
  const values = useValues(report.timezone);
  const asked = measures.flatMap((name) => report.columns.find((column) => column.name === name && !column.key) ?? []);
  const columns = asked.filter((column) => column.unit === asked[0]?.unit);
  const first = columns[0];
  const how = drawing ?? drawingOf(report, columns);
  const caption = title ?? columns.map((column) => column.label).join(', ');
  return (
    <figure className={classes.chart} data-chart={how}>
      <figcaption className={classes.caption}>
        <span>
          <span className={classes.title}>{caption}</span>{' '}
          {first && (
            <Text span size="xs" c="dimmed">
              {t(`statistics.unit.${first.unit as 'count'}`)}
            </Text>
          )}
        </span>
        {aside}
      </figcaption>
      {!first || how === 'none' ? (
        <div className={classes.empty}>{t('statistics.chart.none')}</div>
      ) : how === 'heat' ? (
        <Heat report={report} measure={first} values={values} />
      ) : how === 'flow' ? (
        <Flow report={report} measure={first} values={values} />
      ) : how === 'categories' || how === 'histogram' ? (
        <Categories report={report} columns={columns} values={values} histogram={how === 'histogram'} height={height} />
      ) : (
        <Course report={report} columns={columns} values={values} how={how} height={height} target={target} />
      )}
    </figure>
  );
}

interface PartProps {
  report: Report;
  columns: ReportColumn[];
  values: Values;
  height: number;
}

/** One thing by time. */
function Course({ report, columns, values, how, height, target }: PartProps & { how: Drawing; target?: Props['target'] }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const id = useId();
  const course = courseOf(report, columns, (cell, key) => values.key(cell, key, report.interval), pbxNow());
  const unit = columns[0]?.unit ?? 'count';
  const series = useLabels(course.series);
  const bars = how !== 'line';
  const shared = {
    h: height,
    data: course.data,
    dataKey: 'at',
    valueFormatter: (value: number) => values.number(value, unit),
    yAxisProps: {
      width: 56,
      tickFormatter: (value: number) => values.tick(value, unit),
      domain: [0, 'auto'] as [number, 'auto'],
      allowDecimals: unit !== 'count',
    },
    xAxisProps: {
      tickFormatter: (at: number) => tickOf(at, report, values),
      minTickGap: narrow ? 24 : 16,
      padding: bars ? undefined : { left: 12, right: 12 },
    },
    tooltipProps: {
      labelFormatter: (at: unknown) => (typeof at === 'number' ? values.moment(new Date(at).toISOString(), report.interval) : ''),
    },
    xAxisLabel: t(`statistics.axis.${report.interval}`, { zone: report.timezone }),
  };
  const crossing = target
    ? { referenceLines: [{ y: target.value, label: target.label, color: 'var(--mantine-color-dimmed)', strokeDasharray: '3 3' }] }
    : {};
  return (
    <>
      {series.length > 1 && <Legend series={series} patterns={bars ? id : undefined} />}
      {bars ? (
        <BarChart
          {...shared}
          {...crossing}
          type={how === 'stacked' ? 'stacked' : 'default'}
          series={series.map((one, i) => ({ name: one.name, label: one.label, color: one.before ? BEFORE.color : lineOf(i).color }))}
          barProps={(one) => ({ fill: fillOf(id, series, one.name) })}
          maxBarWidth={48}
        >
          <Patterns id={id} />
        </BarChart>
      ) : (
        <LineChart
          {...shared}
          {...crossing}
          curveType="linear"
          strokeWidth={2.25}
          connectNulls={false}
          withDots={course.data.length <= 62}
          dotProps={{ r: 2.5 }}
          series={series.map((one, i) => {
            const line = one.before ? BEFORE : lineOf(i);
            return { name: one.name, label: one.label, color: line.color, strokeDasharray: line.dash };
          })}
        />
      )}
      <Left count={course.left} />
    </>
  );
}

/** Things beside each other. */
function Categories({ report, columns, values, histogram, height }: PartProps & { histogram: boolean }) {
  const id = useId();
  const narrow = useNarrow();
  const room = narrow ? 8 : 12;
  const unit = columns[0]?.unit ?? 'count';
  const name = (cell: Parameters<Values['key']>[0], key: ReportColumn) => values.key(cell, key, report.interval);
  const course: Course = histogram ? inOrder(report, columns, name) : categoriesOf(report, columns, name, room);
  const series = useLabels(course.series);
  const tick = (value: number) => values.tick(value, unit);
  const key = keysOf(report)[0];
  return (
    <>
      {series.length > 1 && <Legend series={series} patterns={id} />}
      <BarChart
        h={histogram ? height : Math.max(120, course.data.length * (series.length > 1 && columns.length === 1 ? 40 : 32) + 56)}
        data={course.data}
        dataKey="at"
        orientation={histogram ? 'horizontal' : 'vertical'}
        type={columns.length > 1 ? 'stacked' : 'default'}
        series={series.map((one, i) => ({ name: one.name, label: one.label, color: one.before ? BEFORE.color : lineOf(i).color }))}
        barProps={(one) => ({ fill: fillOf(id, series, one.name) })}
        valueFormatter={(value) => values.number(value, unit)}
        xAxisProps={histogram ? { minTickGap: 4 } : { tickFormatter: tick, domain: [0, 'auto'], allowDecimals: unit !== 'count' }}
        yAxisProps={
          histogram
            ? { width: 56, tickFormatter: tick, allowDecimals: unit !== 'count' }
            : { width: narrow ? 92 : 150, tick: { fontSize: 12, fill: 'currentColor' }, interval: 0 }
        }
        xAxisLabel={histogram ? key?.label : columns[0]?.label}
        gridAxis={histogram ? 'x' : 'y'}
        tickLine="none"
        barChartProps={histogram ? { barCategoryGap: 1 } : undefined}
        maxBarWidth={histogram ? 80 : 22}
      >
        <Patterns id={id} />
      </BarChart>
      <Left count={course.left} />
    </>
  );
}

/** A distribution's classes as they came. */
function inOrder(report: Report, columns: ReportColumn[], name: (cell: Parameters<Values['key']>[0], key: ReportColumn) => string): Course {
  const keys = keysOf(report);
  return {
    series: columns.map((column, i) => ({ name: `s${i}`, label: column.label })),
    data: report.rows.map((row) => ({
      at: keys.map((key) => name(row[key.name], key)).join(' – '),
      ...Object.fromEntries(columns.map((column, i) => [`s${i}`, row[column.name] as number | null])),
    })),
    left: 0,
  };
}

function useLabels(series: Series[]): Series[] {
  const { t } = useTranslation();
  return series.map((one) => (one.before ? { ...one, label: t('statistics.before') } : one));
}

function fillOf(patterns: string, series: Series[], name: string): string {
  const i = series.findIndex((one) => one.name === name);
  return series[i]?.before ? BEFORE.color : patternOf(patterns, Math.max(0, i));
}

function tickOf(at: number, report: Report, values: Values): string {
  const iso = new Date(at).toISOString();
  const oneDay = Date.parse(report.to) - Date.parse(report.from) <= 26 * 3_600_000;
  return oneDay && !['day', 'week', 'month'].includes(report.interval) ? values.time(iso) : values.moment(iso, report.interval);
}

function Left({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {t('statistics.chart.left', { count })}
    </Text>
  );
}
