import { Button, Group, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconCoffee, IconPlayerPlay, IconPower } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { tone } from '@/features/presence/states';
import { useMe } from '@/features/session/rights';
import { RunningTime } from '@/shared/time/RunningTime';
import { useFormats } from '@/shared/time/format';
import { Surface } from '@/shared/ui/Surface';
import { useMyPresence } from '../shell/useMyPresence';
import classes from './PresencePanel.module.css';

/** One's own state, and the switch big enough to hit in passing. */
export function PresencePanel() {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormats();
  const { presence, working, to, endWrapUp } = useMyPresence();
  const state = presence?.state ?? 'offline';
  const chosen = (which: string) => (state === which ? 'light' : 'default');
  return (
    <Surface label={t('presence.label')}>
      <div className={classes.panel} data-tone={tone(state)}>
        <div>
          <Text size="sm" c="dimmed">
            {t('desk.hello', { name: me.display_name, day: format.weekday(new Date()) })}
          </Text>
          <div className={classes.state}>
            <span className={classes.dot} aria-hidden />
            <span>{presence ? t(`presence.state.${state}`) : t('presence.none')}</span>
            {presence?.reason && <span className={classes.reason}>{presence.reason}</span>}
            {presence && (
              <span className={classes.clock}>
                {state === 'wrap_up' && presence.until ? <RunningTime until={presence.until} /> : <RunningTime since={presence.since} />}
              </span>
            )}
          </div>
        </div>
        {presence && (
          <Group gap="xs" className={classes.buttons}>
            {state === 'wrap_up' && (
              <Button size="md" leftSection={<IconCheck size={18} />} onClick={endWrapUp} loading={working}>
                {t('presence.endWrapUp')}
              </Button>
            )}
            <Button
              size="md"
              variant={chosen('available')}
              aria-pressed={state === 'available'}
              leftSection={<IconPlayerPlay size={18} />}
              disabled={working}
              onClick={() => to('available')}
            >
              {t('presence.state.available')}
            </Button>
            <Menu position="bottom-start">
              <Menu.Target>
                <Button
                  size="md"
                  variant={chosen('paused')}
                  aria-pressed={state === 'paused'}
                  leftSection={<IconCoffee size={18} />}
                  rightSection={<IconChevronDown size={14} />}
                  disabled={working}
                >
                  {t('presence.pause')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {me.pause_reasons.map((reason) => (
                  <Menu.Item key={reason} onClick={() => to('paused', reason)}>
                    {reason}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button
              size="md"
              variant={chosen('offline')}
              aria-pressed={state === 'offline'}
              leftSection={<IconPower size={18} />}
              disabled={working}
              onClick={() => to('offline')}
            >
              {t('presence.state.offline')}
            </Button>
          </Group>
        )}
      </div>
    </Surface>
  );
}
