import { ActionIcon, Group, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePersonName } from '@/features/people/usePersonName';
import { AgentScores } from '@/features/quality/AgentScores';
import { OwnScores } from '@/features/quality/OwnScores';
import { ScoredList } from '@/features/quality/ScoredList';
import { BELOW, type ScoreSearch } from '@/features/quality/search';
import { useMay, useMe } from '@/features/session/rights';
import { PeriodPicker } from '@/shared/list/PeriodPicker';
import { toMoments } from '@/shared/time/period';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/quality/scores');

/** One's own scores; for who supervises those of everybody they supervise, and the calls behind them. */
export function ScoresPage() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const everybody = may('quality');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = usePersonName();
  const today = new Date().toDateString();
  const { agent, below, ...period } = search;
  const moments = useMemo(() => toMoments(period, new Date(today)), [period.period, period.from, period.to, today]); // eslint-disable-line react-hooks/exhaustive-deps -- of an object made anew each time
  const change = (by: Partial<ScoreSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false });
  const whose = everybody ? agent : me.id;
  return (
    <Page title={everybody ? t('scores.title') : t('scores.mine')} hint={everybody ? t('scores.hint') : t('scores.mineHint')}>
      <Group gap="sm">
        <PeriodPicker value={search} onChange={change} />
        <Select
          aria-label={t('scores.below')}
          placeholder={t('scores.below')}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={BELOW.map((value) => ({ value: String(value), label: t('scores.belowMark', { mark: value }) }))}
          value={below === undefined ? null : String(below)}
          onChange={(value) => change({ below: value === null ? undefined : Number(value) })}
          w={170}
        />
      </Group>
      {everybody && (
        <Surface flush label={t('scores.byAgent')}>
          <AgentScores filter={moments} chosen={agent ?? null} onChoose={(id) => change({ agent: id === agent ? undefined : id })} />
        </Surface>
      )}
      {whose !== undefined && <OwnScores filter={moments} agent={whose} />}
      <Surface
        flush
        title={agent === undefined || !everybody ? t('scores.recordings') : t('scores.recordingsOf', { who: nameOf(agent) ?? '' })}
        aside={
          agent !== undefined && everybody ? (
            <ActionIcon aria-label={t('scores.everybody')} onClick={() => change({ agent: undefined })}>
              <IconX size={16} />
            </ActionIcon>
          ) : undefined
        }
      >
        <ScoredList filter={{ ...moments, agent_id: whose, scored_below: below }} own={!everybody} />
      </Surface>
    </Page>
  );
}
