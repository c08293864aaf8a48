import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PresenceBadge } from '@/features/presence/PresenceBadge';
import { useMe } from '@/features/session/rights';
import { useShortcut } from '@/shared/keys/shortcuts';
import classes from './PresenceSwitch.module.css';
import { useMyPresence } from './useMyPresence';

/** One's own state on every page, and the switch behind it. */
export function PresenceSwitch() {
  const { t } = useTranslation();
  const me = useMe();
  const { presence, working, to, endWrapUp } = useMyPresence();
  const [opened, setOpened] = useState(false);
  useShortcut('presence', () => setOpened(true), presence !== null);
  if (!presence) return null;
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" width={220} trapFocus>
      <Menu.Target>
        <UnstyledButton className={classes.switch} disabled={working}>
          <PresenceBadge presence={presence} clock />
          <IconChevronDown size={14} aria-hidden />
          <VisuallyHidden>{t('presence.change')}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {presence.state === 'wrap_up' && <Menu.Item onClick={endWrapUp}>{t('presence.endWrapUp')}</Menu.Item>}
        <Menu.Item onClick={() => to('available')}>{t('presence.state.available')}</Menu.Item>
        <Menu.Label>{t('presence.pauseFor')}</Menu.Label>
        {me.pause_reasons.map((reason) => (
          <Menu.Item key={reason} onClick={() => to('paused', reason)}>
            {reason}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => to('offline')}>{t('presence.state.offline')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
