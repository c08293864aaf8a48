import { ActionIcon, Group, Select } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconGripVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Width } from './api/dashboards';
import { WIDTHS } from './tiles';

interface Props {
  name: string;
  place: number;
  count: number;
  width: Width;
  onMove: (by: -1 | 1) => void;
  onWidth: (width: Width) => void;
  onRemove: () => void;
}

/** Where a tile stands and how wide it is: by the keyboard, and by dragging the tile itself. */
export function TileTools({ name, place, count, width, onMove, onWidth, onRemove }: Props) {
  const { t } = useTranslation();
  return (
    <Group gap={2} wrap="nowrap">
      <IconGripVertical size={16} aria-hidden />
      <Select
        size="xs"
        w={96}
        aria-label={t('dashboards.widthOf', { name })}
        allowDeselect={false}
        data={WIDTHS.map((value) => ({ value: String(value), label: t(`dashboards.width.${String(value) as '6'}`) }))}
        value={String(width)}
        onChange={(chosen) => onWidth(WIDTHS.find((one) => String(one) === chosen) ?? 6)}
      />
      <ActionIcon
        id={`tile-before-${place}`}
        aria-label={t('dashboards.before', { name })}
        disabled={place === 0}
        onClick={() => onMove(-1)}
      >
        <IconArrowLeft size={16} />
      </ActionIcon>
      <ActionIcon
        id={`tile-after-${place}`}
        aria-label={t('dashboards.after', { name })}
        disabled={place === count - 1}
        onClick={() => onMove(1)}
      >
        <IconArrowRight size={16} />
      </ActionIcon>
      <ActionIcon aria-label={t('dashboards.takeOff', { name })} onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
