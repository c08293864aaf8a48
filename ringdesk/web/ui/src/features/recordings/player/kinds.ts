import {
  IconArrowForwardUp,
  IconEyeOff,
  IconListCheck,
  IconMessage,
  IconMicrophoneOff,
  IconHandStop,
  IconTag,
  type Icon,
} from '@tabler/icons-react';
import type { Mark } from '../api/recording';

export type Kind = Mark['kind'];

/** Every kind of mark, in the order of the legend, with its sign and the tone of its colours. */
export const KINDS: Record<Kind, { icon: Icon; tone: string }> = {
  comment: { icon: IconMessage, tone: 'talking' },
  evidence: { icon: IconListCheck, tone: 'available' },
  topic: { icon: IconTag, tone: 'ringing' },
  transfer: { icon: IconArrowForwardUp, tone: 'offline' },
  hold: { icon: IconHandStop, tone: 'wrap-up' },
  paused: { icon: IconMicrophoneOff, tone: 'paused' },
  masked: { icon: IconEyeOff, tone: 'offline' },
};

/** They last, and are drawn over the waveform from their start to their end. */
export const LASTING: ReadonlySet<Kind> = new Set(['hold', 'paused', 'masked']);
