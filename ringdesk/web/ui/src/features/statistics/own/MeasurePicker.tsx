import { ActionIcon, Checkbox, Group, ScrollArea, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeasureInfo } from '../api/catalogue';
import { HelpButton } from '../HelpButton';
import { MOST_MEASURES } from './definition';
import classes from './MeasurePicker.module.css';

interface Props {
  known: MeasureInfo[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** Which numbers, each with what it means. The chosen ones stand first, in the order of the columns. */
export function MeasurePicker({ known, chosen, onChange }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLocaleLowerCase();
  const fits = ({ label, help }: MeasureInfo) => `${label} ${help}`.toLocaleLowerCase().includes(wanted);
  const first = chosen.flatMap((name) => known.find((measure) => measure.name === name) ?? []);
  const others = known.filter((measure) => !chosen.includes(measure.name));
  const move = (name: string, by: -1 | 1) => {
    const at = chosen.indexOf(name);
    const other = chosen[at + by];
    if (other !== undefined) onChange(chosen.with(at, other).with(at + by, name));
  };
  const line = (measure: MeasureInfo) => {
    const at = chosen.indexOf(measure.name);
    const picked = at >= 0;
    return (
      <li key={measure.name} className={classes.measure} data-chosen={picked || undefined}>
        <Checkbox
          size="sm"
          checked={picked}
          disabled={picked ? chosen.length === 1 : chosen.length >= MOST_MEASURES}
          onChange={() => onChange(picked ? chosen.filter((name) => name !== measure.name) : [...chosen, measure.name])}
          label={measure.label}
        />
        <HelpButton of={measure} />
        {picked && (
          <Group gap={0} ml="auto" wrap="nowrap">
            <ActionIcon
              size="sm"
              aria-label={t('own.up', { name: measure.label })}
              disabled={at === 0}
              onClick={() => move(measure.name, -1)}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={t('own.down', { name: measure.label })}
              disabled={at === chosen.length - 1}
              onClick={() => move(measure.name, 1)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
          </Group>
        )}
      </li>
    );
  };
  const shown = [...first, ...others].filter(fits);
  return (
    <div role="group" aria-label={t('own.measures')}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={500}>
          {t('own.measures')}
        </Text>
        <Text size="xs" c="dimmed">
          {t('own.chosen', { count: chosen.length })}
        </Text>
      </Group>
      <TextInput
        type="search"
        size="xs"
        mb={6}
        aria-label={t('own.searchMeasures')}
        placeholder={t('own.searchMeasures')}
        leftSection={<IconSearch size={14} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ScrollArea.Autosize
        mah={320}
        type="auto"
        className={classes.box}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('own.measures') }}
      >
        {shown.length > 0 ? (
          <ul className={classes.list}>{shown.map(line)}</ul>
        ) : (
          <Text size="sm" c="dimmed" p="sm">
            {t('common.noMatch')}
          </Text>
        )}
      </ScrollArea.Autosize>
    </div>
  );
}
