import { Button, Group, Popover } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../time/format';
import { PERIODS, type PeriodSearch } from '../time/period';

interface Props {
  value: PeriodSearch;
  onChange: (change: PeriodSearch) => void;
}

/** The time a list is of: a usual span, or days of one's own. */
export function PeriodPicker({ value, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const [opened, setOpened] = useState(false);
  const [days, setDays] = useState<[string | null, string | null]>([value.from ?? null, value.to ?? null]);
  const own = value.from !== undefined;
  const shown = own
    ? [value.from, value.to].flatMap((day) => (day ? [format.date(`${day}T12:00:00`)] : [])).join(' – ')
    : t(`calls.period.${value.period ?? 'all'}`);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconCalendar size={16} />} onClick={() => setOpened(!opened)} fw={450}>
          {shown}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Group gap={4} maw={280} mb="sm">
          {PERIODS.map((period) => (
            <Button
              key={period}
              size="compact-sm"
              variant={!own && (value.period ?? 'all') === period ? 'filled' : 'default'}
              onClick={() => {
                onChange({ period: period === 'all' ? undefined : period, from: undefined, to: undefined });
                setDays([null, null]);
                setOpened(false);
              }}
            >
              {t(`calls.period.${period}`)}
            </Button>
          ))}
        </Group>
        <DatePicker
          type="range"
          allowSingleDateInRange
          value={days}
          maxDate={new Date()}
          onChange={(range) => {
            setDays(range);
            const [from, to] = range;
            if (from && to) {
              onChange({ period: undefined, from, to });
              setOpened(false);
            }
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
