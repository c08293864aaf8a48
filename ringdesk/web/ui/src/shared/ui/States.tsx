import { Button, EmptyState, Skeleton, Stack } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from './problems';

interface FailedProps {
  error: unknown;
  onRetry?: () => void;
}

/** What went wrong in a sentence, and the way out. */
export function Failed({ error, onRetry }: FailedProps) {
  const { t } = useTranslation();
  const tell = useProblemText();
  return (
    <EmptyState
      role="alert"
      py="xl"
      size="sm"
      icon={<IconAlertTriangle stroke={1.5} />}
      title={t('common.failed')}
      description={tell(error)}
    >
      {onRetry && (
        <EmptyState.Actions>
          <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            {t('common.retry')}
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  );
}

interface NothingProps {
  icon: ReactNode;
  title: string;
  hint?: ReactNode;
  children?: ReactNode;
}

/** An empty place says what to do next. */
export function Nothing({ icon, title, hint, children }: NothingProps) {
  return (
    <EmptyState py="xl" size="sm" icon={icon} title={title} description={hint}>
      {children !== undefined && <EmptyState.Actions>{children}</EmptyState.Actions>}
    </EmptyState>
  );
}

/** Lines where text will be. */
export function Loading({ lines = 4, height = 18 }: { lines?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" py="xs" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} height={height} width={`${100 - ((i * 17) % 45)}%`} />
      ))}
    </Stack>
  );
}
