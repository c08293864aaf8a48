import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCoffee, IconPlus, IconSchool } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import { useFormats } from '@/shared/time/format';
import { Initials } from '@/shared/ui/Person';
import { type Piece, worked } from './week';
import classes from './WeekPlan.module.css';

export interface Planned {
  id: number;
  name: string;
}

interface Props {
  agents: Planned[];
  days: string[];
  /** The company's. */
  today: string;
  plan: Map<number, Map<string, Piece[]>>;
  onOpen: (agent: Planned, day: string) => void;
}

/** A week: a line for each agent, a cell for each day. On a phone an agent is a list of days. */
export function WeekPlan({ agents, days, today, plan, onOpen }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const narrow = useNarrow();
  const day = (one: string) => format.day(`${one}T12:00:00`, new Date(0));
  const weekday = (one: string) => format.weekdayShort(`${one}T12:00:00`);
  const cell = (agent: Planned, one: string) => (
    <Day
      pieces={plan.get(agent.id)?.get(one) ?? []}
      label={t('shifts.of', { who: agent.name, day: format.weekday(new Date(`${one}T12:00:00`)) })}
      onOpen={() => onOpen(agent, one)}
    />
  );
  const hours = (agent: Planned) => {
    const minutes = days.reduce((sum, one) => sum + worked(plan.get(agent.id)?.get(one) ?? []), 0);
    return t('shifts.hours', { hours: format.tenths(minutes / 60) });
  };
  if (narrow)
    return (
      <ul className={classes.cards}>
        {agents.map((agent) => (
          <li key={agent.id}>
            <div className={classes.head}>
              <Initials name={agent.name} size={28} />
              <span className={classes.name}>{agent.name}</span>
              <span className={classes.sum}>{hours(agent)}</span>
            </div>
            <ul className={classes.days}>
              {days.map((one) => (
                <li key={one} data-today={one === today || undefined}>
                  <span className={classes.date}>{day(one)}</span>
                  {cell(agent, one)}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    );
  return (
    <div className={classes.scroll} role="region" aria-label={t('shifts.title')} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('shifts.agent')}</th>
            {days.map((one) => (
              <th key={one} scope="col" data-today={one === today || undefined}>
                <span className={classes.weekday}>{weekday(one)}</span>
                <span className={classes.date}>{format.dayAndMonth(`${one}T12:00:00`)}</span>
              </th>
            ))}
            <th scope="col" className={classes.right}>
              {t('shifts.sum')}
            </th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <tr key={agent.id}>
              <th scope="row">
                <span className={classes.who}>
                  <Initials name={agent.name} size={28} />
                  <span className={classes.name}>{agent.name}</span>
                </span>
              </th>
              {days.map((one) => (
                <td key={one} data-today={one === today || undefined}>
                  {cell(agent, one)}
                </td>
              ))}
              <td className={classes.right}>{hours(agent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SIGN = { work: null, break: IconCoffee, other: IconSchool };

/** Its name is what stands in it, with whose day it is and what each part is for those who do not see it. */
function Day({ pieces, label, onOpen }: { pieces: Piece[]; label: string; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes.day} data-free={pieces.length === 0 || undefined} onClick={onOpen}>
      <VisuallyHidden>{`${label}: ${pieces.length === 0 ? t('shifts.free') : ''} `}</VisuallyHidden>
      {pieces.length === 0 && <IconPlus size={15} aria-hidden />}
      {pieces.map((piece, i) => {
        const Sign = SIGN[piece.activity];
        return (
          <span key={i} className={classes.piece} data-activity={piece.activity}>
            {Sign && <Sign size={12} aria-hidden />}
            <VisuallyHidden>{`${t(`shifts.activity.${piece.activity}`)} `}</VisuallyHidden>
            {t('shifts.span', { from: piece.from, to: piece.to })}
          </span>
        );
      })}
    </UnstyledButton>
  );
}
