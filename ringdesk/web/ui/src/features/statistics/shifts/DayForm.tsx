import { ActionIcon, Alert, Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core';
import { TimeInput } from '@mantine/dates';
import { IconCoffee, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { useProblemText } from '@/shared/ui/problems';
import { plusDays } from '../period';
import { usePlan } from './api/shifts';
import classes from './DayForm.module.css';
import { ACTIVITIES, draftsOf, type Piece, withBreak, worked, wrongPieces } from './week';
import type { Planned } from './WeekPlan';
import { momentIn } from './zone';

const USUAL: Piece = { from: '09:00', to: '17:00', activity: 'work' };

interface Props {
  agent: Planned;
  day: string;
  days: string[];
  pieces: Piece[];
  zone: string;
  onSaved: () => void;
}

/** One agent's day, in pieces; the same for other days of the week. */
export function DayForm({ agent, day, days, pieces: planned, zone, onSaved }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const tell = useProblemText();
  const plan = usePlan();
  const before = planned.length > 0 ? planned : [USUAL];
  const [pieces, setPieces] = useState<Piece[]>(before);
  const [also, setAlso] = useState<string[]>([]);
  const wrong = wrongPieces(pieces);
  const change = (i: number, by: Partial<Piece>) => setPieces(pieces.map((piece, k) => (k === i ? { ...piece, ...by } : piece)));
  // Day by day: what is replaced is just the days chosen, never those between.
  const save = async (kept: Piece[]) => {
    for (const one of [day, ...also]) {
      await plan.mutateAsync({
        since: momentIn(zone, one),
        until: momentIn(zone, plusDays(one, 1)),
        agents: [agent.id],
        shifts: draftsOf(agent.id, one, kept, zone),
      });
    }
    onSaved();
  };
  const attempt = (kept: Piece[]) => void save(kept).catch(() => undefined); // told above the form
  return (
    <form
      noValidate
      data-dirty={pieces !== before || also.length > 0 || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0) attempt(pieces);
      }}
    >
      <Stack>
        {plan.error && (
          <Alert color="red" role="alert">
            {tell(plan.error)}
          </Alert>
        )}
        <Text size="sm" c="dimmed">
          {format.weekday(new Date(`${day}T12:00:00`))}
        </Text>
        <Stack gap="xs">
          {pieces.map((piece, i) => (
            <div key={i} className={classes.piece}>
              <Select
                aria-label={t('shifts.what', { n: i + 1 })}
                data={ACTIVITIES.map((value) => ({ value, label: t(`shifts.activity.${value}`) }))}
                value={piece.activity}
                allowDeselect={false}
                onChange={(value) => change(i, { activity: ACTIVITIES.find((one) => one === value) ?? 'work' })}
              />
              <TimeInput
                aria-label={t('shifts.from', { n: i + 1 })}
                value={piece.from}
                error={wrong.includes(i)}
                onChange={(event) => change(i, { from: event.currentTarget.value })}
              />
              <TimeInput
                aria-label={t('shifts.to', { n: i + 1 })}
                value={piece.to}
                error={wrong.includes(i)}
                onChange={(event) => change(i, { to: event.currentTarget.value })}
              />
              <ActionIcon aria-label={t('shifts.removePiece', { n: i + 1 })} onClick={() => setPieces(pieces.filter((_, k) => k !== i))}>
                <IconTrash size={16} />
              </ActionIcon>
            </div>
          ))}
        </Stack>
        {wrong.length > 0 && (
          <Text size="xs" c="red" role="alert">
            {t('shifts.wrong')}
          </Text>
        )}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => setPieces([...pieces, following(pieces)])}
          >
            {t('shifts.add')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconCoffee size={14} />}
            disabled={pieces.length === 0}
            onClick={() => setPieces(withBreak(pieces))}
          >
            {t('shifts.addBreak')}
          </Button>
          <Text size="sm" c="dimmed" ml="auto">
            {t('shifts.hours', { hours: format.tenths(worked(pieces) / 60) })}
          </Text>
        </Group>
        <Checkbox.Group label={t('shifts.also')} description={t('shifts.alsoHint')} value={also} onChange={setAlso}>
          <Group gap="md" mt="xs">
            {days
              .filter((one) => one !== day)
              .map((one) => (
                <Checkbox key={one} value={one} label={format.weekdayShort(`${one}T12:00:00`)} />
              ))}
          </Group>
        </Checkbox.Group>
        <Group justify="space-between">
          <Button variant="default" color="red" disabled={planned.length === 0 && also.length === 0} onClick={() => attempt([])}>
            {t('shifts.clear')}
          </Button>
          <Button type="submit" loading={plan.isPending} disabled={wrong.length > 0}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A further piece begins where the last one ends. */
function following(pieces: Piece[]): Piece {
  const last = pieces.at(-1);
  if (!last) return USUAL;
  const hour = (Number(last.to.slice(0, 2)) + 1) % 24;
  return { from: last.to, to: `${String(hour).padStart(2, '0')}${last.to.slice(2)}`, activity: 'work' };
}
