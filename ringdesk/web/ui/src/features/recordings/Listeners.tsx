import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Recording } from './api/recordings';
import classes from './Comments.module.css';

/** Who heard it, the newest first. */
export function Listeners({ listened }: { listened: Recording['listened'] }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (listened.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('recordings.listened.nobody')}
      </Text>
    );
  return (
    <ul className={classes.list}>
      {listened.map(({ who, at, downloaded }, i) => (
        <li key={i}>
          <Group gap="xs" justify="space-between">
            <Text size="sm">{who.name}</Text>
            <Group gap="xs">
              {downloaded && <Badge>{t('recordings.listened.downloaded')}</Badge>}
              <Text size="xs" c="dimmed">
                {format.moment(at)}
              </Text>
            </Group>
          </Group>
        </li>
      ))}
    </ul>
  );
}
