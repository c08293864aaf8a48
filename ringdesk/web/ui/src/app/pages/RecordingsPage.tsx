import { Code, SegmentedControl, Text } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconMoodSmile } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '@/features/queues/api/queues';
import { type Recording, recordingsQuery } from '@/features/recordings/api/recordings';
import { RecordingActions } from '@/features/recordings/RecordingActions';
import { RecordingFilters } from '@/features/recordings/RecordingFilters';
import { RecordingsList } from '@/features/recordings/RecordingsList';
import { type RecordingSearch, toRecordingFilter } from '@/features/recordings/search';
import { seesAll, useMay, useMe } from '@/features/session/rights';
import { rowsOf } from '@/shared/list/pages';
import { Page } from '@/shared/ui/Page';
import { Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { AttachDialog } from '../listening/AttachDialog';

const route = getRouteApi('/signed-in/recordings/');

export function RecordingsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const today = new Date().toDateString();
  const filter = useMemo(() => toRecordingFilter(search, new Date(today)), [search, today]);
  const found = rowsOf(useInfiniteQuery(recordingsQuery(filter)));
  const { data: queues } = useQuery(queuesQuery);
  const [attaching, setAttaching] = useState<Recording | null>(null);
  const change = (by: Partial<RecordingSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true });
  const unmatched = search.state === 'unmatched';
  return (
    <Page
      title={t('recordings.title')}
      hint={may('floor') ? undefined : t('recordings.own')}
      actions={
        seesAll(me) && (
          <SegmentedControl
            aria-label={t('recordings.view.label')}
            value={unmatched ? 'unmatched' : 'all'}
            onChange={(view) => change({ state: view === 'unmatched' ? 'unmatched' : undefined })}
            data={[
              { value: 'all', label: t('recordings.view.all') },
              { value: 'unmatched', label: t('recordings.view.unmatched') },
            ]}
          />
        )
      }
    >
      <RecordingFilters
        search={search}
        queues={queues?.map((queue) => queue.name) ?? []}
        agents={may('floor')}
        onChange={change}
        onClear={() => void navigate({ search: { sort: search.sort }, replace: true })}
      />
      <Surface flush label={t('recordings.title')}>
        <RecordingsList
          found={found}
          sort={search.sort ?? '-started_at'}
          onSort={(sort) => change({ sort: sort as RecordingSearch['sort'] })}
          empty={<Empty search={search} />}
          actions={
            may('recordings.manage')
              ? (recording) => <RecordingActions recording={recording} onAttach={() => setAttaching(recording)} />
              : undefined
          }
        />
      </Surface>
      <AttachDialog recording={attaching} onClose={() => setAttaching(null)} />
    </Page>
  );
}

/** Why the list is empty, and what would fill it. */
function Empty({ search }: { search: RecordingSearch }) {
  const { t } = useTranslation();
  const may = useMay();
  if (search.state === 'unmatched')
    return (
      <Nothing icon={<IconMoodSmile stroke={1.5} />} title={t('recordings.none.unmatched')} hint={t('recordings.none.unmatchedHint')} />
    );
  if (Object.keys(search).some((key) => key !== 'sort'))
    return <Nothing icon={<IconMicrophoneOff stroke={1.5} />} title={t('recordings.none.found')} hint={t('calls.noneHint')} />;
  if (!may('system.read'))
    return <Nothing icon={<IconMicrophone stroke={1.5} />} title={t('recordings.none.yet')} hint={t('recordings.none.yetHint')} />;
  return (
    <Nothing
      icon={<IconMicrophone stroke={1.5} />}
      title={t('recordings.none.yet')}
      hint={
        <>
          <Text span size="sm" display="block">
            {t('recordings.none.spool')} <Code>{'RINGDESK_RECORDINGS_SPOOL'}</Code>
          </Text>
          <Text span size="sm" display="block" mt={4}>
            {t('recordings.none.pbx')} <Code>{'ringdesk pbx config'}</Code>
          </Text>
          <Text span size="sm" display="block" mt={4}>
            {t('recordings.none.import')} <Code>{'ringdesk import recordings DIR'}</Code>
          </Text>
        </>
      }
    />
  );
}
