import { Drawer } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CallDetails } from '@/features/calls/CallDetails';

const route = getRouteApi('/signed-in/calls/$callId');

/** One call over the list; its address leads here directly as well. */
export function CallDrawer() {
  const { t } = useTranslation();
  const { callId } = route.useParams();
  const navigate = useNavigate();
  return (
    <Drawer opened onClose={() => void navigate({ to: '/calls', search: true })} position="right" size={480} title={t('calls.one')}>
      <CallDetails id={callId} />
    </Drawer>
  );
}
