import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '@/shared/ui/problems';
import { useSignIn } from './api/sign-in';

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const signIn = useSignIn();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: {
      username: (value) => (value.trim() ? null : t('session.usernameMissing')),
      password: (value) => (value ? null : t('session.passwordMissing')),
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values, { onSuccess: onSignedIn }))} noValidate>
      <Stack gap="md">
        {signIn.error && (
          <Alert color="red" role="alert">
            {tell(signIn.error)}
          </Alert>
        )}
        <TextInput
          label={t('session.username')}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          size="md"
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label={t('session.passwordLabel')}
          name="password"
          autoComplete="current-password"
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth mt="xs">
          {t('session.signIn')}
        </Button>
      </Stack>
    </form>
  );
}
