import { SegmentedControl, Stack, Switch, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PasswordForm } from '@/features/session/PasswordForm';
import { useMe } from '@/features/session/rights';
import { Tokens } from '@/features/tokens/Tokens';
import { prefer, usePreferences } from '@/shared/preferences/preferences';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';
import { playTone } from '../live/tone';

export function ProfilePage() {
  const { t } = useTranslation();
  const me = useMe();
  const roles = me.roles.map((role) => t(`users.role.${role as 'agent'}`)).join(', ');
  return (
    <Page title={me.display_name} hint={[me.username, roles, me.interface].filter(Boolean).join(' · ')} narrow>
      <Surface title={t('profile.theme.label')}>
        <Appearance />
      </Surface>
      <Surface title={t('profile.calls')}>
        <Calls />
      </Surface>
      <Surface title={t('session.password.title')}>
        <PasswordForm />
      </Surface>
      <Surface title={t('tokens.title')}>
        <Text size="sm" c="dimmed" mb="md">
          {t('tokens.hint')}
        </Text>
        <Tokens />
      </Surface>
    </Page>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label={t('profile.theme.label')}
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`profile.theme.${value}`) }))}
    />
  );
}

function Calls() {
  const { t } = useTranslation();
  const chosen = usePreferences();
  const notify = async (wanted: boolean) => {
    const allowed = wanted && 'Notification' in window ? (await Notification.requestPermission()) === 'granted' : false;
    prefer({ notifications: allowed });
  };
  return (
    <Stack gap="md">
      <Switch
        label={t('profile.openDesk')}
        description={t('profile.openDeskHint')}
        checked={chosen.openDesk}
        onChange={(event) => prefer({ openDesk: event.currentTarget.checked })}
      />
      <Switch
        label={t('profile.sound')}
        description={t('profile.soundHint')}
        checked={chosen.sound}
        onChange={(event) => {
          prefer({ sound: event.currentTarget.checked });
          if (event.currentTarget.checked) playTone();
        }}
      />
      <Switch
        label={t('profile.notifications')}
        description={t('profile.notificationsHint')}
        checked={chosen.notifications}
        onChange={(event) => void notify(event.currentTarget.checked)}
      />
      <Switch
        label={t('keys.single')}
        description={t('profile.singleKeysHint')}
        checked={chosen.singleKeys}
        onChange={(event) => prefer({ singleKeys: event.currentTarget.checked })}
      />
    </Stack>
  );
}
