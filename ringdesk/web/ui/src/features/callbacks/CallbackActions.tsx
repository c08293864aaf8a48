import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/session/rights';
import { useTellProblem } from '@/shared/ui/problems';
import type { Callback } from './api/callbacks';
import { useChangeCallback } from './api/change-callback';

interface Props {
  callback: Callback;
  /** Only the one click that matters most. */
  brief?: boolean;
}

/** One click to take it and call; smaller ones to take, give back or close it. */
export function CallbackActions({ callback, brief }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const tell = useTellProblem();
  const { take, release, dismiss } = useChangeCallback();
  if (callback.state === 'done') return null;
  const mine = callback.taken_by?.id === me.id;
  const others = callback.state === 'taken' && !mine;
  const who = callback.customer?.name ?? callback.caller_name ?? callback.pretty;
  const dialled = () => notifications.show({ message: t('callbacks.dialling', { number: callback.pretty }) });
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {!others && may('desk') && me.interface && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPhone size={14} />}
          loading={take.isPending && take.variables.dial}
          onClick={() => take.mutate({ id: callback.id, dial: true }, { onSuccess: dialled, onError: tell })}
          aria-label={t('callbacks.takeAndDialWho', { who })}
        >
          {t('callbacks.takeAndDial')}
        </Button>
      )}
      {!brief && callback.state === 'open' && (
        <Button
          size="compact-sm"
          variant="default"
          loading={take.isPending && !take.variables.dial}
          onClick={() => take.mutate({ id: callback.id, dial: false }, { onError: tell })}
          aria-label={t('callbacks.takeWho', { who })}
        >
          {t('callbacks.take')}
        </Button>
      )}
      {!brief && (mine || (others && may('floor'))) && (
        <Button
          size="compact-sm"
          variant="default"
          loading={release.isPending}
          onClick={() => release.mutate(callback.id, { onError: tell })}
          aria-label={t('callbacks.releaseWho', { who })}
        >
          {t('callbacks.release')}
        </Button>
      )}
      {!brief && (!others || may('floor')) && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={dismiss.isPending}
          onClick={() => dismiss.mutate(callback.id, { onError: tell })}
          aria-label={t('callbacks.dismissWho', { who })}
        >
          {t('callbacks.dismiss')}
        </Button>
      )}
    </Group>
  );
}
