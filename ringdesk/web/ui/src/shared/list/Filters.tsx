import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Filters.module.css';

interface Props {
  /** Takes everything back; none while there is nothing to take back. */
  onClear: (() => void) | undefined;
  children: ReactNode;
}

/** What a list can be narrowed by, in a row; on a telephone two beside each other. */
export function Filters({ onClear, children }: Props) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-end" className={classes.filters}>
      {children}
      {onClear && (
        <Button variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={onClear}>
          {t('common.clearFilters')}
        </Button>
      )}
    </Group>
  );
}
