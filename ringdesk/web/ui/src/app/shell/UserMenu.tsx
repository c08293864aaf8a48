import { ActionIcon, Menu, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconDeviceDesktop, IconDotsVertical, IconKeyboard, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSignOut } from '@/features/session/api/sign-out';
import { useMe } from '@/features/session/rights';
import { Initials } from '@/shared/ui/Person';
import { openHelp } from './help';
import classes from './UserMenu.module.css';

/** Oneself: profile, appearance, keys, the way out. */
export function UserMenu({ compact }: { compact?: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const looks = [
    { value: 'auto', icon: IconDeviceDesktop },
    { value: 'light', icon: IconSun },
    { value: 'dark', icon: IconMoon },
  ] as const;
  return (
    <Menu position={compact ? 'bottom-end' : 'top-start'} width={230}>
      <Menu.Target>
        {compact ? (
          <ActionIcon size="lg" aria-label={t('nav.userMenu')}>
            <IconDotsVertical size={20} />
          </ActionIcon>
        ) : (
          <button type="button" className={classes.user}>
            <Initials name={me.display_name} size={32} />
            <span className={classes.text}>
              <span className={classes.name}>{me.display_name}</span>
              <span className={classes.role}>
                {t(`users.role.${me.roles[0] as 'agent'}`)}
                {me.roles.length > 1 && ` +${me.roles.length - 1}`}
              </span>
            </span>
            <VisuallyHidden>{t('nav.userMenu')}</VisuallyHidden>
            <IconDotsVertical size={16} aria-hidden />
          </button>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserCircle size={16} />} renderRoot={(props) => <Link {...props} to="/profile" />}>
          {t('nav.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openHelp}>
          {t('nav.keys')}
        </Menu.Item>
        <Menu.Label>{t('profile.theme.label')}</Menu.Label>
        {looks.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} />}
            fw={colorScheme === value ? 650 : undefined}
            closeMenuOnClick={false}
            onClick={() => setColorScheme(value)}
          >
            {t(`profile.theme.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          {t('session.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
