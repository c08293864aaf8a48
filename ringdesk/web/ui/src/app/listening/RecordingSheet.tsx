import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScorePanel } from '@/features/quality/ScorePanel';
import { type RecordingDetail, recordingQuery } from '@/features/recordings/api/recording';
import { Comments } from '@/features/recordings/Comments';
import { Listeners } from '@/features/recordings/Listeners';
import { Listening } from '@/features/recordings/Listening';
import { RecordingFacts } from '@/features/recordings/RecordingFacts';
import { useMay } from '@/features/session/rights';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { useEvidence } from './useEvidence';

interface Props {
  id: number;
  /** Seconds to begin at. */
  at?: number;
  /** Of the call, between the score and the file. */
  children?: ReactNode;
}

/** One recording whole: its sound, its words, its score, and what belongs to it. */
export function RecordingSheet({ id, at, children }: Props) {
  const { data: recording, error, refetch } = useQuery(recordingQuery(id));
  if (error && !recording)
    return (
      <Surface>
        <Failed error={error} onRetry={() => void refetch()} />
      </Surface>
    );
  if (!recording)
    return (
      <Surface>
        <Loading lines={8} height={22} />
      </Surface>
    );
  return (
    <Shown recording={recording} at={at}>
      {children}
    </Shown>
  );
}

function Shown({ recording, at, children }: { recording: RecordingDetail; at?: number; children: ReactNode }) {
  const { t } = useTranslation();
  const may = useMay();
  const evidence = useEvidence(recording);
  return (
    <Listening
      key={recording.id}
      recording={recording}
      at={at}
      found={evidence}
      aside={(seek) => (
        <>
          <Surface title={t('recordings.score.label')}>
            <ScorePanel recordingId={recording.id} onSeek={seek} />
          </Surface>
          {children}
          <Surface title={t('recordings.comments.title')}>
            <Comments id={recording.id} marks={recording.marks} onSeek={seek} />
          </Surface>
          {may('floor') && (
            <Surface title={t('recordings.listened.title')}>
              <Listeners listened={recording.listened} />
            </Surface>
          )}
          <Surface title={t('recordings.facts.title')}>
            <RecordingFacts recording={recording} />
          </Surface>
        </>
      )}
    />
  );
}
