import { Alert, Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from './problems';

interface Props {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  /** Something was entered that closing would lose. */
  dirty: boolean;
  save: { error: unknown; isPending: boolean };
  /** What the button says. */
  action: string;
  onCancel?: () => void;
  children: ReactNode;
}

/** A form that saves one thing: why it was not saved stands above its fields, the button below. */
export function SaveForm({ onSubmit, dirty, save, action, onCancel, children }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
  return (
    <form onSubmit={onSubmit} noValidate data-dirty={dirty || undefined}>
      <Stack>
        {save.error != null && (
          <Alert color="red" role="alert">
            {tell(save.error)}
          </Alert>
        )}
        {children}
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('common.cancel')}
            </Button>
          )}
          <Button type="submit" loading={save.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
