import { Text, Timeline } from '@mantine/core';
import {
  IconBell,
  IconDoorExit,
  IconHourglass,
  IconMessage,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPhoneOutgoing,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { pbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import type { Call } from './api/calls';
import classes from './CallStory.module.css';
import { type Moment, story } from './story';

/** What happened in a call, step by step. */
export function CallStory({ call }: { call: Call }) {
  const format = useFormats();
  const tell = useTelling(call);
  return (
    <Timeline bulletSize={24} lineWidth={1} classNames={{ item: classes.item, itemBullet: classes.bullet }}>
      {story(call).map((moment, i) => {
        const { icon, text, more } = tell(moment);
        return (
          <Timeline.Item key={i} bullet={icon} lineVariant={moment.kind === 'queued' ? 'dashed' : 'solid'}>
            <Text size="sm" fw={550}>
              {text}
            </Text>
            <Text size="xs" c="dimmed">
              {format.timeWithSeconds(moment.at)}
              {more && ` · ${more}`}
            </Text>
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

interface Told {
  icon: ReactNode;
  text: string;
  more?: string | null;
}

function useTelling(call: Call): (moment: Moment) => Told {
  const { t } = useTranslation();
  const format = useFormats();
  const lasting = (seconds: number | null) => (seconds === null ? null : format.duration(seconds));
  const joined = (...parts: (string | null | false)[]) => parts.filter(Boolean).join(' · ');
  return (moment) => {
    switch (moment.kind) {
      case 'began': {
        const Icon = call.direction === 'in' ? IconPhoneIncoming : IconPhoneOutgoing;
        const text =
          call.direction === 'in' && call.did_pretty
            ? t('calls.story.beganTo', { did: call.did_pretty })
            : t(`calls.story.began.${call.direction}`);
        return { icon: <Icon size={13} />, text };
      }
      case 'queued':
        return { icon: <IconHourglass size={13} />, text: t('calls.story.queued', { queue: moment.queue }) };
      case 'left': {
        const text = t('calls.story.left', { queue: moment.queue, how: t(`calls.visit.${moment.outcome ?? 'unknown'}`) });
        return {
          icon: <IconDoorExit size={13} />,
          text,
          more: moment.wait === null ? null : t('calls.story.after', { time: format.duration(moment.wait) }),
        };
      }
      case 'rang': {
        const text = t('calls.story.rang', { who: moment.who });
        return { icon: <IconBell size={13} />, text, more: joined(t(`calls.offer.${moment.outcome ?? 'unknown'}`), lasting(moment.ring)) };
      }
      case 'talked': {
        const seconds = ((moment.until ? Date.parse(moment.until) : pbxNow()) - Date.parse(moment.at)) / 1000;
        const held = moment.hold > 0 && t('calls.story.held', { time: format.duration(moment.hold) });
        const ended = moment.endedBy !== null && t(`calls.endedBy.${moment.endedBy}`);
        return {
          icon: <IconMessage size={13} />,
          text: t('calls.story.talked', { who: moment.who }),
          more: joined(format.duration(seconds), held, ended),
        };
      }
      case 'ended':
        return { icon: <IconPhoneOff size={13} />, text: t('calls.story.ended') };
    }
  };
}
