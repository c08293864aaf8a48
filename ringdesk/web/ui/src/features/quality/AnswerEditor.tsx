import { ActionIcon, Button, Group, SegmentedControl, Textarea, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconMessage2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTellProblem } from '@/shared/ui/problems';
import classes from './AnswerRow.module.css';
import { type Answer, type PersonAnswer, useAnswer } from './api/scores';

const CHOICES = ['yes', 'no', 'na'] as const;

interface Props {
  recordingId: number;
  scoreId: number;
  answer: Answer;
}

/** A person's own answer, which counts before the machine's. The same one again confirms it. */
export function AnswerEditor({ recordingId, scoreId, answer }: Props) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const give = useAnswer(recordingId);
  const own = answer.by === 'user';
  const [note, setNote] = useState<string | null>(null);
  const send = (given: PersonAnswer['answer'], text: string) =>
    give.mutate(
      { score_id: scoreId, question_id: answer.question_id, answer: given, note: text },
      { onError: tell, onSuccess: () => setNote(null) },
    );
  const given = own && answer.answer !== 'cannot_tell' ? answer.answer : null;
  const back = answer.machine === null ? t('quality.takeBack') : t('quality.backToMachine');
  return (
    <>
      <Group gap="xs" mt="xs">
        <SegmentedControl
          size="xs"
          aria-label={t('quality.answerTo', { question: answer.question })}
          value={given ?? ''}
          disabled={give.isPending}
          onChange={(value) => send(value as PersonAnswer['answer'], answer.note ?? '')}
          data={CHOICES.map((value) => ({ value, label: t(`quality.answer.${value}`) }))}
        />
        {own && note === null && (
          <Tooltip label={answer.note ? t('quality.editNote') : t('quality.addNote')}>
            <ActionIcon
              size={30}
              aria-label={t('quality.noteOn', { question: answer.question })}
              onClick={() => setNote(answer.note ?? '')}
            >
              <IconMessage2 size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        {own && (
          <Tooltip label={back}>
            <ActionIcon size={30} aria-label={`${back}: ${answer.question}`} loading={give.isPending} onClick={() => send(null, '')}>
              <IconArrowBackUp size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {note === null && answer.note && <Note text={answer.note} />}
      {note !== null && (
        <form
          data-dirty={note !== (answer.note ?? '') || undefined}
          onSubmit={(event) => {
            event.preventDefault();
            send(given, note.trim());
          }}
        >
          <Textarea
            mt="xs"
            aria-label={t('quality.noteOn', { question: answer.question })}
            placeholder={t('quality.noteHint')}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={2000}
            data-autofocus
            autoFocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group gap="xs" mt={6} justify="flex-end">
            <Button variant="default" size="compact-sm" onClick={() => setNote(null)}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" size="compact-sm" loading={give.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </form>
      )}
    </>
  );
}

function Note({ text }: { text: string }) {
  return <div className={classes.note}>{text}</div>;
}
