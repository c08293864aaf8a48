import { Group, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { clock, useFormats } from '@/shared/time/format';
import type { RecordingDetail } from './api/recording';
import classes from './RecordingFacts.module.css';
import { StateBadge } from './states';

/** The file itself: how far it has come, where it is from, how long it stays. */
export function RecordingFacts({ recording }: { recording: RecordingDetail }) {
  const { t } = useTranslation();
  const format = useFormats();
  const may = useMay();
  const { reason, duration_s, language, size, sha256, delete_after, legal_hold } = recording;
  return (
    <dl className={classes.facts}>
      <Fact name={t('recordings.state.label')}>
        <StateBadge recording={recording} />
        {reason && (
          <Text size="xs" c="dimmed" mt={2}>
            {reason}
          </Text>
        )}
      </Fact>
      <Fact name={t('recordings.when')}>{format.full(recording.started_at)}</Fact>
      {duration_s !== null && <Fact name={t('recordings.length')}>{clock(duration_s)}</Fact>}
      <Fact name={t('recordings.facts.channels')}>{t(recording.channels > 1 ? 'recordings.facts.stereo' : 'recordings.facts.mono')}</Fact>
      {language && <Fact name={t('recordings.facts.language')}>{format.language(language)}</Fact>}
      <Fact name={t('recordings.facts.source')}>
        {t(`recordings.facts.from.${recording.source}`)}
        <Text size="xs" c="dimmed" className={classes.file}>
          {recording.name}
        </Text>
      </Fact>
      {size !== null && (
        <Fact name={t('recordings.facts.kept')}>
          {t(recording.sealed ? 'recordings.facts.sealed' : 'recordings.facts.plain', { size: format.bytes(size) })}
          {sha256 && may('recordings.manage') && (
            <Text size="xs" c="dimmed" className={classes.file}>
              {t('recordings.facts.hash', { hash: sha256 })}
            </Text>
          )}
        </Fact>
      )}
      <Fact name={t('recordings.facts.until')}>
        {legal_hold ? (
          <Group gap={6} wrap="nowrap" align="flex-start">
            <IconLock size={15} aria-hidden />
            <span>{t('recordings.hold.because', { reason: legal_hold })}</span>
          </Group>
        ) : delete_after ? (
          format.date(delete_after)
        ) : (
          t('recordings.facts.always')
        )}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
