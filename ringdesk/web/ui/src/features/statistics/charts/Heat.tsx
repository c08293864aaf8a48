import { MatrixChart } from '@mantine/charts';
import { Box } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import type { Report, ReportColumn } from '../api/report';
import { numeric, type Values } from '../values';
import classes from './Chart.module.css';
import { SHADES } from './palette';
import { keysOf } from './series';

const LABELS = 44; // px for the names at the side
const GAP = 2;
const LARGEST = 44; // px

/** Hours of the week, the more the darker (in a dark page the lighter). Upright on a phone. */
export function Heat({ report, measure, values }: { report: Report; measure: ReportColumn; values: Values }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const { ref, width } = useElementSize();
  const weekday = keysOf(report).find((key) => key.unit === 'weekday');
  const hour = keysOf(report).find((key) => key.unit === 'hour');
  if (!weekday || !hour) return null;
  const known = new Map(report.rows.map((row) => [Number(row[weekday.name]) * 24 + Number(row[hour.name]), numeric(row[measure.name])]));
  const busy = [...known].flatMap(([slot, value]) => (value ? [slot % 24] : []));
  const [first, last] = busy.length ? [Math.min(...busy), Math.max(...busy)] : [8, 18];
  const shown = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const names = shown.map((h) => String(h).padStart(2, '0'));
  const data = values.weekdays.flatMap((day, d) =>
    shown.map((h, i) => {
      const value = known.get(d * 24 + h) ?? (measure.unit === 'count' ? 0 : null);
      return narrow ? { x: day, y: names[i] ?? '', value } : { x: names[i] ?? '', y: day, value };
    }),
  );
  const found = data.flatMap(({ value }) => (value === null ? [] : [value]));
  const domain: [number, number] = [Math.min(0, ...found), Math.max(0, ...found)];
  const columns = narrow ? 7 : shown.length;
  const size = Math.max(8, Math.min(narrow ? 32 : LARGEST, Math.floor((width - LABELS) / columns) - GAP));
  const shade = (value: number | null) => (value === null ? t('statistics.noValue') : values.number(value, measure.unit));
  return (
    <Box ref={ref} mt="sm">
      {width > 0 && (
        <MatrixChart
          className={classes.heat}
          aria-label={t('statistics.chart.heat', { measure: measure.label })}
          data={data}
          xLabels={narrow ? values.weekdays : names}
          yLabels={narrow ? names : values.weekdays}
          domain={domain}
          colors={SHADES}
          emptyColor="var(--rd-sunken)"
          cellSize={size}
          gap={GAP}
          cellRadius={4}
          withXLabels
          withYLabels
          xLabelsPosition="top"
          xLabelsHeight={22}
          xLabelsRotation={0}
          yLabelsWidth={LABELS}
          withTooltip
          getTooltipLabel={(cell) => `${narrow ? cell.x : cell.y} ${narrow ? cell.y : cell.x}:00 · ${shade(cell.value)}`}
        />
      )}
      <div className={classes.heatLegend}>
        <span>{values.number(domain[0], measure.unit)}</span>
        <span className={classes.shades} aria-hidden>
          {SHADES.map((color) => (
            <span key={color} style={{ background: color }} />
          ))}
        </span>
        <span>{values.number(domain[1], measure.unit)}</span>
      </div>
    </Box>
  );
}
