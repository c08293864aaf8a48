import { Badge, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import classes from './Agreement.module.css';
import { agreementQuery } from './api/agreement';
import { LEVELS, levelOf } from './kappa';

interface Row {
  id: string | number;
  name: string;
  both: number;
  agreed: number | null;
  kappa: number | null;
}

const ORDER = {
  name: (row: Row) => row.name,
  both: (row: Row) => row.both,
  agreed: (row: Row) => row.agreed,
  kappa: (row: Row) => row.kappa,
};

/** How far people and machine agree: overall, by question and by reviewer, and how to read it. */
export function Agreement({ scorecardId }: { scorecardId?: number }) {
  const { t } = useTranslation();
  const format = useFormats();
  const query = useQuery(agreementQuery(scorecardId));
  const { data } = query;
  const questions = data?.questions.map((row) => ({ ...row, id: `${row.scorecard_id}-${row.question_id}`, name: row.question }));
  const reviewers = data?.reviewers.map((row) => ({ ...row, id: row.reviewer.id ?? row.reviewer.name, name: row.reviewer.name }));
  return (
    <Stack gap="md">
      {data && data.both > 0 && (
        <Surface>
          <Group gap="xl">
            <Figure value={data.agreed === null ? '–' : format.percent(data.agreed)} name={t('agreement.agreed')} />
            <Figure value={kappaText(data.kappa, format.hundredths)} name={t('agreement.kappa')}>
              {data.kappa !== null && <Level kappa={data.kappa} />}
            </Figure>
            <Figure value={format.number(data.both)} name={t('agreement.both')} />
          </Group>
        </Surface>
      )}
      <Surface flush title={t('agreement.byQuestion')}>
        <Rows label={t('agreement.byQuestion')} first={t('agreement.question')} rows={questions} query={query} />
      </Surface>
      <Surface flush title={t('agreement.byReviewer')}>
        <Rows label={t('agreement.byReviewer')} first={t('agreement.reviewer')} rows={reviewers} query={query} />
      </Surface>
      <Surface title={t('agreement.read.title')}>
        <Text size="sm" maw="44rem">
          {t('agreement.read.percent')}
        </Text>
        <Text size="sm" maw="44rem" mt="xs">
          {t('agreement.read.kappa')}
        </Text>
        <Table mt="sm" maw="30rem" fz="sm" withRowBorders={false} verticalSpacing={4}>
          <Table.Tbody>
            {LEVELS.map((level) => (
              <Table.Tr key={level}>
                <Table.Td className={classes.range}>{t(`agreement.range.${level}`)}</Table.Td>
                <Table.Td>{t(`agreement.level.${level}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="sm" maw="44rem" mt="xs">
          {t('agreement.read.few')}
        </Text>
      </Surface>
    </Stack>
  );
}

interface RowsProps {
  label: string;
  first: string;
  rows: Row[] | undefined;
  query: Parameters<typeof wholeList>[1];
}

function Rows({ label, first, rows, query }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormats();
  const [sort, setSort] = useState('agreed');
  const columns: Column<Row>[] = [
    { key: 'name', title: first, sortable: true, render: (row) => <span className={classes.name}>{row.name}</span> },
    { key: 'both', title: t('agreement.both'), width: 150, right: true, sortable: true, render: (row) => format.number(row.both) },
    {
      key: 'agreed',
      title: t('agreement.agreed'),
      width: 220,
      sortable: true,
      render: (row) => <Agreed share={row.agreed} name={row.name} />,
    },
    { key: 'kappa', title: t('agreement.kappa'), width: 270, sortable: true, render: (row) => <Kappa kappa={row.kappa} /> },
  ];
  return (
    <List
      label={label}
      found={wholeList(rows && sorted(rows, sort, ORDER), query)}
      columns={columns}
      sort={sort}
      onSort={setSort}
      card={(row) => (
        <div className={classes.card}>
          <span className={classes.name}>{row.name}</span>
          <Text size="xs" c="dimmed">
            {t('agreement.count', { count: row.both })}
          </Text>
          <Agreed share={row.agreed} name={row.name} />
          <Kappa kappa={row.kappa} />
        </div>
      )}
      empty={<Nothing icon={<IconScale stroke={1.5} />} title={t('agreement.none')} hint={t('agreement.noneHint')} />}
    />
  );
}

function Agreed({ share, name }: { share: number | null; name: string }) {
  const format = useFormats();
  if (share === null) return <Text c="dimmed">–</Text>;
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" className={classes.percent}>
        {format.percent(share)}
      </Text>
      <Progress value={share * 100} size="sm" flex={1} aria-label={name} />
    </Group>
  );
}

function Kappa({ kappa }: { kappa: number | null }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (kappa === null)
    return (
      <Text size="xs" c="dimmed">
        {t('agreement.undefined')}
      </Text>
    );
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" className={classes.percent}>
        {format.hundredths(kappa)}
      </Text>
      <Level kappa={kappa} />
    </Group>
  );
}

const COLOR = { none: 'red', slight: 'red', fair: 'yellow', moderate: 'yellow', substantial: 'green', almost_perfect: 'green' };

function Level({ kappa }: { kappa: number }) {
  const { t } = useTranslation();
  const level = levelOf(kappa);
  return <Badge color={COLOR[level]}>{t(`agreement.level.${level}`)}</Badge>;
}

function Figure({ value, name, children }: { value: string; name: string; children?: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Group gap="xs">
        <span className={classes.figure}>{value}</span>
        {children}
      </Group>
    </div>
  );
}

function kappaText(kappa: number | null, format: (value: number) => string): string {
  return kappa === null ? '–' : format(kappa);
}
