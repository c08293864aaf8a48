import { Button, Drawer } from '@mantine/core';
import { IconArrowsMaximize, IconHeadphones } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { callQuery } from '@/features/calls/api/call';
import { CallDetails } from '@/features/calls/CallDetails';

interface Props {
  /** The call; undefined while none is shown. */
  id: string | undefined;
  onClose: () => void;
}

/** One call beside the list, and the way to its page. */
export function CallDrawer({ id, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size={480} title={t('calls.one')}>
      {id !== undefined && (
        <>
          <CallDetails id={id} />
          <Whole id={id} />
        </>
      )}
    </Drawer>
  );
}

function Whole({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: call } = useQuery(callQuery(id));
  const count = call?.recordings.length ?? 0;
  return (
    <Button
      mt="lg"
      fullWidth
      variant={count > 0 ? 'filled' : 'default'}
      leftSection={count > 0 ? <IconHeadphones size={17} /> : <IconArrowsMaximize size={16} />}
      renderRoot={(props) => <Link {...props} to="/calls/$callId" params={{ callId: id }} />}
    >
      {count > 0 ? t('recordings.call.listen', { count }) : t('recordings.call.page')}
    </Button>
  );
}
