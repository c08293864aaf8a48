import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePbxNow } from '@/shared/time/clock';
import { todayQuery } from './api/today';
import { Figures } from './Figures';
import { Frame } from './Frame';
import { dayIn, plusDays } from './period';
import classes from './Today.module.css';
import { useValues } from './values';

const SHOWN = ['offered', 'answered', 'abandoned', 'waiting', 'service_level', 'asa_s', 'longest_wait_s', 'aht_s'];

/** The house today, as calls happen: the server pushes the report of today whenever a fact of it changed. */
export function Today({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const values = useValues(zone);
  const today = dayIn(zone, usePbxNow()); // at midnight another one
  const query = useQuery(todayQuery(today));
  const request = { from: today, to: plusDays(today, 1) };
  return (
    <Frame
      query={query}
      lines={3}
      title={
        <Group gap="xs">
          {t('statistics.today')}
          <span className={classes.dot} aria-hidden />
        </Group>
      }
      aside={
        <Group gap="sm">
          {query.dataUpdatedAt > 0 && (
            <Text size="xs" c="dimmed">
              {t('statistics.asOf', { time: values.time(new Date(query.dataUpdatedAt).toISOString()) })}
            </Text>
          )}
          <Link to="/statistics" search={{ period: 'today' }} className={classes.link}>
            {t('statistics.todayReport')}
          </Link>
        </Group>
      }
    >
      {(report) => <Figures report={report} query={request} names={SHOWN} label={t('statistics.today')} plain />}
    </Frame>
  );
}
