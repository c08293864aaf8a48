import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { isProblem } from '@/shared/api/problem';
import { useProblemText } from '@/shared/ui/problems';
import { useChangePassword } from './api/change-password';

/** One's own password; every other login of the account ends with it. */
export function PasswordForm() {
  const { t } = useTranslation();
  const tell = useProblemText();
  const change = useChangePassword();
  const form = useForm({
    initialValues: { current: '', fresh: '', again: '' },
    validate: {
      current: (value) => (value ? null : t('session.password.currentMissing')),
      fresh: (value) => (value.length >= 10 ? null : t('session.password.tooShort', { count: 10 })),
      again: (value, values) => (value === values.fresh ? null : t('session.password.different')),
    },
  });
  const submit = form.onSubmit(({ current, fresh }) =>
    change.mutate(
      { current, new: fresh },
      {
        onSuccess: () => form.reset(),
        onError: (error) => {
          const wrong = isProblem(error) && error.key === 'wrong_password';
          form.setFieldError(wrong ? 'current' : 'fresh', wrong ? t('session.password.wrong') : tell(error));
        },
      },
    ),
  );
  const eye = { visibilityToggleButtonProps: { 'aria-label': t('session.showPassword') } };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" maw={360}>
        {change.isSuccess && (
          <Alert color="green" role="status">
            {t('session.password.changed')}
          </Alert>
        )}
        <PasswordInput label={t('session.password.current')} autoComplete="current-password" {...eye} {...form.getInputProps('current')} />
        <PasswordInput label={t('session.password.fresh')} autoComplete="new-password" {...eye} {...form.getInputProps('fresh')} />
        <PasswordInput label={t('session.password.again')} autoComplete="new-password" {...eye} {...form.getInputProps('again')} />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('session.password.change')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
