import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useTellProblem } from '@/shared/ui/problems';
import { makeLink } from '../api/link';

/** The file itself, for those who may have it. */
export function DownloadButton({ id }: { id: number }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const download = useMutation({
    mutationFn: () => makeLink(id, true),
    onSuccess: ({ url }) => {
      const anchor = document.createElement('a');
      anchor.href = url;
      anchor.download = ''; // the server says the name
      anchor.click();
    },
    onError: tell,
  });
  const name = t('recordings.player.download');
  return (
    <Tooltip label={name}>
      <ActionIcon size="lg" loading={download.isPending} onClick={() => download.mutate()} aria-label={name}>
        <IconDownload size={20} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
