import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { scoresQuery } from '@/features/quality/api/scores';
import type { Mark, RecordingDetail } from '@/features/recordings/api/recording';

/** What the newest score rests on, as marks for the timeline. */
export function useEvidence(recording: RecordingDetail): Mark[] {
  const { data: scores } = useQuery({ ...scoresQuery(recording.id), enabled: recording.transcript });
  const known = recording.marks.some((mark) => mark.kind === 'evidence');
  return useMemo(
    () =>
      known
        ? []
        : (scores?.[0]?.answers ?? []).flatMap(({ question, evidence }) =>
            evidence.map(({ start, end, text }) => ({
              id: null,
              kind: 'evidence' as const,
              start,
              end,
              text: [question, text].filter(Boolean).join(': '),
              by: null,
            })),
          ),
    [scores, known],
  );
}
