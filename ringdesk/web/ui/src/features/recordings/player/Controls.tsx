import { ActionIcon, Button, Group, Menu, Popover, Slider, Text, Tooltip } from '@mantine/core';
import {
  IconCheck,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNextFilled,
  IconRewindBackward5,
  IconRewindForward5,
  IconVolume,
  IconVolume2,
  IconVolumeOff,
} from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KEY_NAMES } from '@/shared/keys/names';
import { SHORTCUTS, useShortcut } from '@/shared/keys/shortcuts';
import { clock, useFormats } from '@/shared/time/format';
import classes from './Controls.module.css';
import { type Playback, SPEEDS } from './playback';
import { useAtTime, usePlaying } from './usePlayback';

const STEP = 5; // seconds

interface Props {
  playback: Playback;
  /** Behind the usual buttons. */
  children?: ReactNode;
}

/** Play, jump, speed, silence, volume, and where it is. */
export function Controls({ playback, children }: Props) {
  const { t } = useTranslation();
  const { playing, waiting, skipSilence } = usePlaying(playback);
  useShortcut('play', playback.toggle);
  useShortcut('back', () => playback.by(-STEP));
  useShortcut('forward', () => playback.by(STEP));
  useShortcut('slower', () => playback.faster(-1));
  useShortcut('faster', () => playback.faster(1));
  useShortcut('skipSilence', () => playback.setSkipSilence(!playback.read().skipSilence));
  return (
    <div className={classes.controls}>
      <Group gap={6} wrap="nowrap">
        <Hint of="back" label={t('recordings.player.back', { count: STEP })}>
          <ActionIcon size="lg" onClick={() => playback.by(-STEP)} aria-label={t('recordings.player.back', { count: STEP })}>
            <IconRewindBackward5 size={22} stroke={1.6} />
          </ActionIcon>
        </Hint>
        <Hint of="play" label={t(playing ? 'recordings.player.pause' : 'recordings.player.play')}>
          <ActionIcon
            variant="filled"
            color="accent"
            radius="xl"
            size={44}
            loading={waiting}
            onClick={playback.toggle}
            aria-label={t(playing ? 'recordings.player.pause' : 'recordings.player.play')}
          >
            {playing ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
          </ActionIcon>
        </Hint>
        <Hint of="forward" label={t('recordings.player.forward', { count: STEP })}>
          <ActionIcon size="lg" onClick={() => playback.by(STEP)} aria-label={t('recordings.player.forward', { count: STEP })}>
            <IconRewindForward5 size={22} stroke={1.6} />
          </ActionIcon>
        </Hint>
        <Position playback={playback} />
      </Group>
      <Group gap={6} className={classes.more}>
        <Speed playback={playback} />
        <Hint of="skipSilence" label={t('recordings.player.skipSilenceHint')}>
          <Button
            size="compact-md"
            variant={skipSilence ? 'light' : 'default'}
            fw={500}
            leftSection={<IconPlayerTrackNextFilled size={14} />}
            aria-pressed={skipSilence}
            onClick={() => playback.setSkipSilence(!skipSilence)}
          >
            {t('recordings.player.skipSilence')}
          </Button>
        </Hint>
        <Volume playback={playback} />
        {children}
      </Group>
    </div>
  );
}

function Position({ playback }: { playback: Playback }) {
  const second = useAtTime(playback, Math.floor);
  return (
    <Text span className={classes.time} data-testid="position">
      <span>{clock(second)}</span>
      <span className={classes.of}> / {clock(playback.duration)}</span>
    </Text>
  );
}

function Speed({ playback }: { playback: Playback }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { speed } = usePlaying(playback);
  const name = (value: number) => t('recordings.player.speedOf', { speed: format.number(value) });
  return (
    <Menu position="top">
      <Menu.Target>
        <Button
          size="compact-md"
          variant={speed === 1 ? 'default' : 'light'}
          fw={500}
          className={classes.speed}
          aria-label={t('recordings.player.speedNow', { speed: name(speed) })}
        >
          {name(speed)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('recordings.player.speed')}</Menu.Label>
        {SPEEDS.map((value) => (
          <Menu.Item
            key={value}
            onClick={() => playback.setSpeed(value)}
            leftSection={<IconCheck size={14} visibility={value === speed ? 'visible' : 'hidden'} />}
          >
            {name(value)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Volume({ playback }: { playback: Playback }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { volume } = usePlaying(playback);
  const Icon = volume === 0 ? IconVolumeOff : volume < 0.5 ? IconVolume2 : IconVolume;
  return (
    <Popover position="top" trapFocus shadow="md" withArrow>
      <Popover.Target>
        <ActionIcon size="lg" aria-label={t('recordings.player.volume')}>
          <Icon size={20} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Slider
          w={140}
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onChange={playback.setVolume}
          label={(value) => format.percent(value)}
          thumbProps={{ 'aria-label': t('recordings.player.volume') }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** A tooltip with the key. */
function Hint({ of, label, children }: { of: keyof (typeof SHORTCUTS)['player']; label: string; children: ReactElement }) {
  const { t } = useTranslation();
  const key = SHORTCUTS.player[of];
  return <Tooltip label={`${label} · ${t('keys.hint', { key: KEY_NAMES[key] ?? key.toUpperCase() })}`}>{children}</Tooltip>;
}
