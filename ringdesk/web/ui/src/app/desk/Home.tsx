import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconPhoneOff, IconPhonePlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { callbacksQuery } from '@/features/callbacks/api/callbacks';
import { CallbackActions } from '@/features/callbacks/CallbackActions';
import { callsQuery } from '@/features/calls/api/calls';
import { CallsList } from '@/features/calls/CallsList';
import { DialField } from '@/features/calls/DialField';
import { toFilter } from '@/features/calls/search';
import { useMay, useMe } from '@/features/session/rights';
import { rowsOf } from '@/shared/list/pages';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import classes from './Home.module.css';
import { PresencePanel } from './PresencePanel';
import { QuickSearch } from './QuickSearch';

/** The desk while nobody calls: ready, and what is left to do. */
export function Home() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Stack gap="md">
      {!me.interface && (
        <Alert color="yellow" icon={<IconPhonePlus size={18} />} title={t('desk.noPhone')}>
          {t('desk.noPhoneHint')}
        </Alert>
      )}
      <div className={classes.top}>
        <PresencePanel />
        <Surface className={classes.tools}>
          <Stack gap="md">
            <QuickSearch />
            <DialField />
          </Stack>
        </Surface>
      </div>
      <div className={classes.columns}>
        <Today />
        <OpenCallbacks />
      </div>
    </Stack>
  );
}

function Today() {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormats();
  const today = new Date().toDateString();
  // The filter must stay the same object for the whole day, or every render would be a new list.
  const filter = useMemo(() => ({ ...toFilter({ period: 'today' }, new Date(today)), agent: me.id }), [today, me.id]);
  const found = rowsOf(useInfiniteQuery(callsQuery(filter)));
  const count = found.rows?.length ?? 0;
  return (
    <Surface
      title={t('desk.today')}
      flush
      aside={
        count > 0 && (
          <Text size="sm" c="dimmed">
            {t('desk.callCount', { count, shown: format.number(count) + (found.more ? '+' : '') })}
          </Text>
        )
      }
    >
      <CallsList
        found={found}
        compact
        empty={<Nothing icon={<IconPhoneOff stroke={1.5} />} title={t('desk.noCalls')} hint={t('desk.noCallsHint')} />}
      />
    </Surface>
  );
}

const SHOWN = 5; // call-backs on the desk; the list has them all

function OpenCallbacks() {
  const may = useMay();
  return may('callbacks') ? <CallbacksPanel /> : null;
}

function CallbacksPanel() {
  const { t } = useTranslation();
  const format = useFormats();
  const { rows, error, retry, more } = rowsOf(useInfiniteQuery(callbacksQuery(['open', 'taken'])));
  const open = rows?.filter((c) => c.state === 'open').length ?? 0;
  return (
    <Surface
      title={t('desk.callbacks')}
      aside={
        open > 0 && (
          <span className={classes.count}>
            {format.number(open)}
            {more && '+'}
          </span>
        )
      }
    >
      {error ? <Failed error={error} onRetry={retry} /> : null}
      {!rows && !error && <Loading lines={5} />}
      {rows?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('desk.noCallbacks')}
        </Text>
      )}
      <ul className={classes.callbacks}>
        {rows?.slice(0, SHOWN).map((callback) => (
          <li key={callback.id}>
            <div className={classes.who}>
              <Text size="sm" fw={550} truncate>
                {callback.customer?.name ?? callback.caller_name ?? callback.pretty}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {[format.moment(callback.last_at), callback.queue, t('callbacks.times', { count: callback.misses })]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </div>
            <CallbackActions callback={callback} brief />
          </li>
        ))}
      </ul>
      {rows && rows.length > 0 && (
        <Anchor size="sm" fw={500} mt="md" display="inline-block" renderRoot={(props) => <Link {...props} to="/callbacks" />}>
          {t('desk.allCallbacks')}
        </Anchor>
      )}
    </Surface>
  );
}
