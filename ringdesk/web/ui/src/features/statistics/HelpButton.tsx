import { ActionIcon, Popover, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface Props {
  of: { label: string; help: string; source: string };
}

/** What a number means and where its definition comes from; for the mouse, the finger and the keyboard. */
export function HelpButton({ of: { label, help, source } }: Props) {
  const { t } = useTranslation();
  if (!help) return null;
  return (
    <Popover width={300} position="bottom" withArrow shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon size="xs" aria-label={t('statistics.help', { name: label })} onClick={(event) => event.stopPropagation()}>
          <IconInfoCircle size={14} stroke={1.75} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown tabIndex={-1} data-autofocus aria-label={label} onClick={(event) => event.stopPropagation()}>
        <Text size="sm" fw={600} mb={4}>
          {label}
        </Text>
        <Text size="sm">{help}</Text>
        {source && (
          <Text size="xs" c="dimmed" mt="xs">
            {t('statistics.source', { source })}
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
