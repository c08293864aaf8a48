import { Paper, Text, Title } from '@mantine/core';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SignInForm } from '@/features/session/SignInForm';
import { Logo } from '@/shared/ui/Logo';
import { usePageTitle } from '@/shared/ui/Page';
import classes from './SignInPage.module.css';

export function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const { then } = useSearch({ from: '/sign-in' });
  usePageTitle(t('session.signIn'));
  // Only an address of our own: never one that somebody put into the link.
  const next = then?.startsWith('/') && !then.startsWith('//') ? then : null;
  const signedIn = () => (next ? router.history.push(next) : void navigate({ to: '/' }));
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <div className={classes.brand}>
          <Logo size={44} />
          <Title order={1} mt="md">
            {t('session.welcome')}
          </Title>
          <Text c="dimmed" size="sm">
            {t('session.tagline')}
          </Text>
        </div>
        <Paper p="xl" className={classes.sheet}>
          <SignInForm onSignedIn={signedIn} />
        </Paper>
        <Text size="xs" c="dimmed" ta="center" mt="md">
          {t('session.noAccount')}
        </Text>
      </div>
    </main>
  );
}
