import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem';

/** A sentence for any error: from the catalogue by the problem's key, else what the server wrote for people. */
export function useProblemText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error) => {
      if (!isProblem(error)) return t('problems.unexpected');
      const key = `problems.${error.key}`;
      if (i18n.exists(key)) return t(key as 'problems.unexpected', error.facts);
      return error.message || t('problems.unexpected');
    },
    [t, i18n],
  );
}

/** Shows what a button's action met, where the button has no place of its own for it. */
export function useTellProblem(): (error: unknown) => void {
  const tell = useProblemText();
  return useCallback(
    (error) => {
      if (isProblem(error) && error.notSignedIn) return;
      notifications.show({ color: 'red', message: tell(error), autoClose: 8000, role: 'alert' });
    },
    [tell],
  );
}
