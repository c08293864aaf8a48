import { Drawer, MantineProvider, mergeThemeOverrides, Modal, Notification } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { become } from '@/features/session/become';
import { makeQueryClient } from '@/shared/api/queries';
import { colorScheme, theme, variables } from '@/shared/ui/theme';
import { makeRouter } from './router';

// The server makes a new one for every page; styles that are made here carry it, or the browser refuses them.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
setNonce(nonce);

const queries = makeQueryClient(() => become(queries, null));
const router = makeRouter(queries);

// A new version was installed while this page was open: its files have other names now.
window.addEventListener('vite:preloadError', () => window.location.reload());

export function App() {
  const { t, i18n } = useTranslation();
  const named = useMemo(() => withNames(t('common.close')), [t]);
  return (
    <StrictMode>
      <MantineProvider
        theme={named}
        cssVariablesResolver={variables}
        colorSchemeManager={colorScheme}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
          <QueryClientProvider client={queries}>
            <Notifications position="bottom-right" limit={4} />
            <RouterProvider router={router} />
          </QueryClientProvider>
        </DatesProvider>
      </MantineProvider>
    </StrictMode>
  );
}

/** Every cross that closes something says so, in the language of the page. */
function withNames(close: string) {
  const defaultProps = { closeButtonProps: { 'aria-label': close } };
  return mergeThemeOverrides(theme, {
    components: {
      Drawer: Drawer.extend({ defaultProps }),
      Modal: Modal.extend({ defaultProps }),
      Notification: Notification.extend({ defaultProps }),
    },
  });
}
