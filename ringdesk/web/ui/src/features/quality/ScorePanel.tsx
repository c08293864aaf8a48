import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconChecklist, IconClockPlay, IconHistory, IconLanguageOff, IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/session/rights';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { AnswerEditor } from './AnswerEditor';
import { recordingStateQuery } from './api/recordings';
import { scorecardsQuery } from './api/scorecards';
import { type Score, scoresQuery } from './api/scores';
import { ReviewBar } from './ReviewBar';
import { ScoreFigure } from './ScoreFigure';
import { ScoreResult } from './ScoreResult';

interface Props {
  recordingId: number;
  onSeek: (seconds: number) => void;
}

/** How a recording was scored, what that rests on, and its review. */
export function ScorePanel({ recordingId, onSeek }: Props) {
  const { t } = useTranslation();
  const { data: scores, error, refetch } = useQuery(scoresQuery(recordingId));
  const [chosen, choose] = useState<number | null>(null);
  if (error && !scores) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!scores) return <Loading lines={6} height={22} />;
  const newest = scores[0];
  const shown = scores.find((score) => score.id === chosen) ?? newest;
  return (
    <Stack gap="lg" component="section" aria-label={t('reviews.score')}>
      {shown && newest ? (
        <Shown recordingId={recordingId} scores={scores} shown={shown} newest={newest} onChoose={choose} onSeek={onSeek} />
      ) : (
        <NoScore recordingId={recordingId} />
      )}
      <ReviewBar recordingId={recordingId} />
    </Stack>
  );
}

interface ShownProps extends Props {
  scores: Score[];
  shown: Score;
  newest: Score;
  onChoose: (id: number) => void;
}

function Shown({ recordingId, scores, shown, newest, onChoose, onSeek }: ShownProps) {
  const { t } = useTranslation();
  const may = useMay();
  const format = useFormats();
  const me = useMe();
  const old = !shown.current;
  const editable = may('quality') && !old && shown.agent?.id !== me.id; // nobody judges their own call
  return (
    <Stack gap="md">
      <ScoreFigure score={shown}>
        <Text size="xs" c="dimmed" mt={4}>
          {t('quality.by', { card: shown.scorecard, version: shown.version, at: format.moment(shown.made_at) })}
        </Text>
      </ScoreFigure>
      {scores.length > 1 && (
        <Select
          size="xs"
          label={t('quality.history')}
          leftSection={<IconHistory size={14} />}
          allowDeselect={false}
          value={String(shown.id)}
          onChange={(id) => onChoose(Number(id))}
          data={scores.map((score) => ({ value: String(score.id), label: named(score) }))}
        />
      )}
      {old && (
        <Alert color="gray" py="xs">
          <Group justify="space-between" gap="xs">
            <Text size="sm">{t('quality.oldVersion')}</Text>
            <Button size="compact-sm" variant="default" onClick={() => onChoose(newest.id)}>
              {t('quality.toNewest')}
            </Button>
          </Group>
        </Alert>
      )}
      <ScoreResult
        score={shown}
        onSeek={onSeek}
        editor={editable ? (answer) => <AnswerEditor recordingId={recordingId} scoreId={shown.id} answer={answer} /> : undefined}
      />
    </Stack>
  );

  function named(score: Score): string {
    const total = score.total === null ? '–' : format.tenths(score.total);
    return t('quality.version', { card: score.scorecard, version: score.version, at: format.moment(score.made_at), total });
  }
}

/** Why there is none, and what would bring one. */
function NoScore({ recordingId }: { recordingId: number }) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: recording } = useQuery(recordingStateQuery(recordingId));
  const { data: cards } = useQuery(scorecardsQuery);
  if (!recording || !cards) return <Loading lines={4} />;
  if (!cards.some((card) => card.active))
    return (
      <Nothing icon={<IconChecklist stroke={1.5} />} title={t('quality.none.noCard')} hint={t('quality.none.noCardHint')}>
        {may('scorecards.manage') && (
          <Button size="xs" variant="default" renderRoot={(props) => <Link {...props} to="/quality/scorecards" />}>
            {t('quality.none.toCards')}
          </Button>
        )}
      </Nothing>
    );
  switch (recording.state) {
    case 'no_model':
    case 'failed':
      return (
        <Nothing
          icon={<IconLanguageOff stroke={1.5} />}
          title={t('quality.none.noTranscript')}
          hint={recording.reason ?? t('quality.none.noTranscriptHint')}
        />
      );
    case 'scored':
      return (
        <Nothing icon={<IconListCheck stroke={1.5} />} title={t('quality.none.noneApplies')} hint={t('quality.none.noneAppliesHint')} />
      );
    default:
      return <Nothing icon={<IconClockPlay stroke={1.5} />} title={t('quality.none.notYet')} hint={t('quality.none.notYetHint')} />;
  }
}
