import { Badge } from '@mantine/core';
import { IconCheck, IconHelp, IconMinus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from './api/scores';

const LOOK = {
  yes: { color: 'green', icon: IconCheck },
  no: { color: 'red', icon: IconX },
  na: { color: 'gray', icon: IconMinus },
  cannot_tell: { color: 'yellow', icon: IconHelp },
  open: { color: 'accent', icon: IconHelp },
};

/** An answer as a word with its sign, so that its colour tells nothing alone. */
export function AnswerBadge({ answer }: { answer: Answer['answer'] }) {
  const { t } = useTranslation();
  const shown = answer ?? 'open';
  const { color, icon: Icon } = LOOK[shown];
  return (
    <Badge color={color} leftSection={<Icon size={12} stroke={2.5} aria-hidden />} size="lg" fz="xs">
      {t(`quality.answer.${shown}`)}
    </Badge>
  );
}
