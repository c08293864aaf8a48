import { Text } from '@mantine/core';
import { IconArrowDownLeft, IconArrowsLeftRight, IconArrowUpRight, IconHeadphones, IconNote, IconPhoneX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { NoteText } from '@/shared/ui/NoteText';
import type { HistoryItem, Note } from './api/timeline';
import classes from './Timeline.module.css';

interface Props {
  items: HistoryItem[];
  /** What can be done with a note; nothing where it stands on a card. */
  noteActions?: (note: Note) => ReactNode;
}

const REACHED = 'answered';

/** Calls and notes, newest first, in the order of the days. */
export function Timeline({ items, noteActions }: Props) {
  return (
    <ol className={classes.list}>
      {items.map((item, i) => (
        <Item key={item.call_id ?? `note-${item.notes[0]?.id ?? i}`} item={item} noteActions={noteActions} />
      ))}
    </ol>
  );
}

function Item({ item, noteActions }: { item: HistoryItem; noteActions: Props['noteActions'] }) {
  return (
    <li className={classes.item}>
      <span
        className={classes.bullet}
        data-tone={item.kind === 'call' && item.direction !== 'out' && item.outcome !== REACHED ? 'bad' : undefined}
        aria-hidden
      >
        <Sign item={item} />
      </span>
      <div className={classes.content}>
        {item.kind === 'call' && <CallLine item={item} />}
        {item.notes.map((note) => (
          <NoteText key={note.id} note={note} actions={noteActions?.(note)} />
        ))}
      </div>
    </li>
  );
}

function Sign({ item }: { item: HistoryItem }) {
  if (item.kind === 'note') return <IconNote size={15} stroke={1.75} />;
  if (item.direction === 'out') return <IconArrowUpRight size={15} stroke={1.75} />;
  if (item.direction === 'internal') return <IconArrowsLeftRight size={15} stroke={1.75} />;
  return item.outcome === REACHED ? <IconArrowDownLeft size={15} stroke={1.75} /> : <IconPhoneX size={15} stroke={1.75} />;
}

function CallLine({ item }: { item: HistoryItem }) {
  const { t, i18n } = useTranslation();
  const format = useFormats();
  const direction = item.direction ?? 'in';
  const outcome = `calls.outcome.${item.outcome ?? 'unknown'}`;
  const spoke = item.outcome === REACHED;
  const title = spoke
    ? t(`customers.timeline.${direction}`, { who: item.agents.map((a) => a.name).join(', ') || t('common.somebody') })
    : `${t(`calls.direction.${direction}`)} · ${i18n.exists(outcome) ? t(outcome as 'calls.outcome.unknown') : item.outcome}`;
  const facts = [
    format.moment(item.at),
    item.queue,
    item.wait_s !== null && item.wait_s >= 1 ? t('customers.timeline.waited', { time: format.duration(item.wait_s) }) : null,
    item.talk_s !== null && spoke ? t('customers.timeline.talked', { time: format.duration(item.talk_s) }) : null,
  ];
  return (
    <div>
      {item.call_id ? (
        <Link to="/calls/$callId" params={{ callId: item.call_id }} className={classes.title}>
          {title}
        </Link>
      ) : (
        <span className={classes.title}>{title}</span>
      )}
      <Text size="xs" c="dimmed">
        {facts.filter(Boolean).join(' · ')}
      </Text>
      {item.call_id && item.recordings.length > 0 && (
        <Link to="/calls/$callId" params={{ callId: item.call_id }} className={classes.listen}>
          <IconHeadphones size={14} stroke={1.75} aria-hidden />
          {t('recordings.call.listen', { count: item.recordings.length })}
        </Link>
      )}
    </div>
  );
}
