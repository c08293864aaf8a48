import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReviewState } from './api/reviews';

const COLOR: Record<ReviewState, string> = { open: 'accent', done: 'green', answered: 'yellow', closed: 'gray' };

export function ReviewStateBadge({ state }: { state: ReviewState }) {
  const { t } = useTranslation();
  return <Badge color={COLOR[state]}>{t(`reviews.state.${state}`)}</Badge>;
}
