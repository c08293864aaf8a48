import { useSessionStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { pbxNow } from '@/shared/time/clock';
import { useTellProblem } from '@/shared/ui/problems';
import { pauseQuery, usePauseRecording } from './api/pause';

/**
 * Whether the recording of a running call rests, whoever paused it, and the switch for it. `since` is when that was first seen here, by the
 * PBX's clock; it is kept over a reload. Null while the recording runs.
 */
export function usePausing(callId: string) {
  const tell = useTellProblem();
  const { data } = useQuery(pauseQuery(callId));
  const pause = usePauseRecording(callId);
  const [since, setSince, forget] = useSessionStorage<string | null>({
    key: `ringdesk.recording-paused.${callId}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const paused = data?.paused;
  useEffect(() => {
    if (paused && since === null) setSince(new Date(pbxNow()).toISOString());
    if (paused === false && since !== null) forget();
  }, [paused, since, setSince, forget]);
  return { since: paused ? since : null, toggle: () => pause.mutate(!paused, { onError: tell }), working: pause.isPending };
}
