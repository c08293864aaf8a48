import { Modal, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Keys } from '@/shared/keys/Keys';
import { SHORTCUTS, type ShortcutId, useShortcut } from '@/shared/keys/shortcuts';
import { prefer, usePreferences } from '@/shared/preferences/preferences';
import { closeHelp, openHelp, useHelpOpen } from './help';
import classes from './HelpSheet.module.css';

const GROUPS = Object.entries(SHORTCUTS) as [keyof typeof SHORTCUTS, Record<string, string>][];

/** Every key in one place. */
export function HelpSheet() {
  const { t } = useTranslation();
  const opened = useHelpOpen();
  const { singleKeys } = usePreferences();
  useShortcut('help', openHelp);
  return (
    <Modal opened={opened} onClose={closeHelp} title={t('keys.title')} size="64rem">
      <Stack gap="lg">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="xl">
          {GROUPS.map(([group, keys]) => (
            <section key={group} className={classes.group} data-group={group}>
              <Title order={3} mb={6}>
                {t(`keys.group.${group}`)}
              </Title>
              <dl className={classes.keys}>
                {Object.entries(keys).map(([id, key]) => (
                  <div key={id}>
                    <dt>{t(`keys.does.${id as ShortcutId}`)}</dt>
                    <dd>
                      <Keys of={key} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </SimpleGrid>
        <Text size="sm" c="dimmed">
          {t('keys.typing')}
        </Text>
        <Switch label={t('keys.single')} checked={singleKeys} onChange={(event) => prefer({ singleKeys: event.currentTarget.checked })} />
      </Stack>
    </Modal>
  );
}
