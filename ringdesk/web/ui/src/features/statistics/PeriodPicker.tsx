import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import { pbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import { dayIn, type Days, type Preset, PRESETS, resolve, type StatPeriod } from './period';
import classes from './PeriodPicker.module.css';

interface Props {
  value: StatPeriod;
  onChange: (change: StatPeriod) => void;
  /** Days are this zone's. */
  zone: string;
  /** Nothing is counted before it. */
  firstDay?: string | null;
}

/** The days a report is of: a usual span or days of one's own, in the zone that is told. */
export function PeriodPicker({ value, onChange, zone, firstDay }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [opened, setOpened] = useState(false);
  const today = dayIn(zone, pbxNow());
  const days = resolve(value, today);
  const last = days.to < today ? days.to : today;
  const own = value.from !== undefined;
  const [chosen, setChosen] = useState<[string | null, string | null]>([days.from, days.to]);
  const choose = (change: StatPeriod) => {
    onChange({ period: undefined, from: undefined, to: undefined, ...change });
    setOpened(false);
  };
  const open = () => {
    setChosen([days.from, days.to]);
    setOpened(!opened);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          fw={450}
          leftSection={<IconCalendar size={16} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={open}
        >
          {own ? <Shown days={days} /> : t(`statistics.period.${value.period ?? 'last_7_days'}`)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Group gap="lg" align="flex-start" wrap={narrow ? 'wrap' : 'nowrap'} maw={narrow ? 290 : undefined}>
          <div className={classes.presets} role="group" aria-label={t('statistics.period.usual')}>
            {PRESETS.map((preset) => (
              <PresetButton key={preset} preset={preset} chosen={!own && (value.period ?? 'last_7_days') === preset} onChoose={choose} />
            ))}
          </div>
          <Stack gap="xs">
            <DatePicker
              type="range"
              allowSingleDateInRange
              firstDayOfWeek={1}
              numberOfColumns={narrow ? 1 : 2}
              columnsToScroll={1}
              defaultDate={narrow ? last : monthBefore(last)}
              value={chosen}
              minDate={firstDay ?? undefined}
              maxDate={today}
              onChange={(range) => {
                setChosen(range);
                const [from, to] = range;
                if (from && to) choose({ from, to });
              }}
            />
            <Text size="xs" c="dimmed">
              {t('statistics.period.zone', { zone })}
            </Text>
          </Stack>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function PresetButton({ preset, chosen, onChoose }: { preset: Preset; chosen: boolean; onChoose: (change: StatPeriod) => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-sm"
      justify="flex-start"
      variant={chosen ? 'filled' : 'subtle'}
      color={chosen ? undefined : 'gray'}
      aria-pressed={chosen}
      data-autofocus={chosen || undefined}
      onClick={() => onChoose({ period: preset })}
    >
      {t(`statistics.period.${preset}`)}
    </Button>
  );
}

/** 14 Nov 2026 – 20 Nov 2026; one day alone. */
export function Shown({ days }: { days: Days }) {
  const format = useFormats();
  const named = (day: string) => format.date(`${day}T12:00:00`);
  return <>{days.from === days.to ? named(days.from) : `${named(days.from)} – ${named(days.to)}`}</>;
}

function monthBefore(day: string): string {
  return new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 2, 1)).toISOString().slice(0, 10);
}
