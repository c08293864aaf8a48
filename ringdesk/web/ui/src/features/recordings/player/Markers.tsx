import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '@/shared/time/format';
import type { Mark } from '../api/recording';
import { type Kind, KINDS } from './kinds';
import classes from './Markers.module.css';
import { percent, type Spot, spots } from './timeline';
import { useMarkText } from './useMarkText';

const SIGN = 24; // px; marks nearer than that are one spot with a number

interface Props {
  marks: Mark[];
  duration: number;
  onSeek: (time: number) => void;
}

/** Signs over the waveform, each where it happened. */
export function Markers({ marks, duration, onSeek }: Props) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const found = useMemo(() => spots(marks, duration, width, SIGN), [marks, duration, width]);
  return (
    <div ref={ref} className={classes.strip} role="group" aria-label={t('recordings.marks.title')}>
      {width > 0 &&
        found.map((spot) => (
          <div key={spot.at} className={classes.spot} style={{ left: `min(${percent(spot.at, duration)}%, 100% - ${SIGN - 2}px)` }}>
            {spot.marks.length === 1 ? <One mark={spot.marks[0] as Mark} onSeek={onSeek} /> : <Several spot={spot} onSeek={onSeek} />}
          </div>
        ))}
    </div>
  );
}

function One({ mark, onSeek }: { mark: Mark; onSeek: Props['onSeek'] }) {
  const text = useMarkText()(mark);
  const { icon: Icon, tone } = KINDS[mark.kind];
  return (
    <Tooltip label={text} multiline maw={320} openDelay={150}>
      <UnstyledButton className={classes.sign} data-tone={tone} aria-label={text} onClick={() => onSeek(mark.start)}>
        <Icon size={13} stroke={2} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
}

function Several({ spot, onSeek }: { spot: Spot; onSeek: Props['onSeek'] }) {
  const { t } = useTranslation();
  const text = useMarkText();
  const name = t('recordings.marks.several', { count: spot.marks.length, at: clock(spot.at) });
  const kinds = new Set(spot.marks.map((mark) => mark.kind));
  const tone = kinds.size === 1 ? KINDS[[...kinds][0] as Kind].tone : 'offline';
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.sign} data-tone={tone} data-several aria-label={name}>
          {spot.marks.length}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {spot.marks.map((mark, i) => {
          const { icon: Icon } = KINDS[mark.kind];
          return (
            <Menu.Item key={i} leftSection={<Icon size={15} />} onClick={() => onSeek(mark.start)} maw={360}>
              {text(mark)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

interface LegendProps {
  marks: Mark[];
  hidden: ReadonlySet<Kind>;
  onToggle: (kind: Kind) => void;
}

/** What the signs mean; each kind can be hidden. */
export function Legend({ marks, hidden, onToggle }: LegendProps) {
  const { t } = useTranslation();
  const present = (Object.keys(KINDS) as Kind[]).flatMap((kind) => {
    const count = marks.filter((mark) => mark.kind === kind).length;
    return count > 0 ? [{ kind, count }] : [];
  });
  if (present.length === 0) return null;
  return (
    <div className={classes.legend} role="group" aria-label={t('recordings.marks.legend')}>
      {present.map(({ kind, count }) => {
        const { icon: Icon, tone } = KINDS[kind];
        return (
          <UnstyledButton
            key={kind}
            className={classes.kind}
            data-tone={tone}
            aria-pressed={!hidden.has(kind)}
            onClick={() => onToggle(kind)}
          >
            <span className={classes.sign} data-small aria-hidden>
              <Icon size={11} stroke={2} />
            </span>
            {t(`recordings.marks.kind.${kind}`)} <span className={classes.count}>{count}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
