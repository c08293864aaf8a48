import { SankeyChart } from '@mantine/charts';
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Report, ReportColumn } from '../api/report';
import type { Values } from '../values';
import classes from './Chart.module.css';
import { lineOf } from './palette';
import { flowOf, keysOf } from './series';

const ROOM = 24; // streams; more than that nobody follows

/** From whom to whom: streams as broad as there were many. */
export function Flow({ report, measure, values }: { report: Report; measure: ReportColumn; values: Values }) {
  const { t } = useTranslation();
  const [from, to] = keysOf(report);
  const { nodes, links, left } = flowOf(report, measure, (cell, key) => values.key(cell, key, report.interval), ROOM);
  if (links.length === 0) return <div className={classes.empty}>{t('statistics.chart.none')}</div>;
  const sides = Math.max(nodes.filter((node) => node.right).length, nodes.filter((node) => !node.right).length);
  return (
    <>
      <Group justify="space-between" mt="xs" mb={4}>
        <Text size="xs" fw={550}>
          {from?.label}
        </Text>
        <Text size="xs" fw={550}>
          {to?.label}
        </Text>
      </Group>
      <SankeyChart
        data={{
          nodes: nodes.map((node, i) => ({ name: node.name, color: node.right ? 'var(--rd-line-before)' : lineOf(i).color })),
          links,
        }}
        height={Math.max(200, sides * 44)}
        nodePadding={18}
        nodeWidth={12}
        linkOpacity={0.35}
        textColor="var(--mantine-color-text)"
        valueFormatter={(value) => values.number(value, measure.unit)}
      />
      {left > 0 && (
        <Text size="xs" c="dimmed">
          {t('statistics.chart.left', { count: left })}
        </Text>
      )}
    </>
  );
}
