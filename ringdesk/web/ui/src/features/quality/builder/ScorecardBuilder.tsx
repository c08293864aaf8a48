import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '@/shared/ui/Confirm';
import { useProblemText } from '@/shared/ui/problems';
import { type Scorecard, useSaveScorecard } from '../api/scorecards';
import { CardSettings } from './CardSettings';
import { check } from './check';
import { type CardDraft, fieldErrors, moved, movedQuestion, newSection, toDefinition, wholeMistake } from './draft';
import classes from './ScorecardBuilder.module.css';
import { SectionEditor } from './SectionEditor';
import { TryPanel } from './TryPanel';
import { Versions } from './Versions';

const MOST_SECTIONS = 50; // the server's limit

interface Props {
  /** What it is now; a new one without. */
  card?: Scorecard;
  initial: CardDraft;
  /** Names of the PBX's queues, to choose from; others may be typed. */
  queues: string[];
  onSaved: (card: Scorecard) => void;
}

/** A scorecard is built here: sections, weighted questions, how each is answered, and at once what it gives for a call. */
export function ScorecardBuilder({ card, initial, queues, onSaved }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const save = useSaveScorecard(card?.id ?? null);
  const form = useForm<CardDraft>({
    initialValues: initial,
    validate: (draft) => Object.fromEntries(Object.entries(check(draft)).map(([field, wrong]) => [field, t(`scorecards.wrong.${wrong}`)])),
  });
  const [opened, setOpened] = useState<Set<string>>(
    () => new Set(card ? [] : initial.sections.flatMap((s) => s.questions.slice(0, 1)).map((q) => q.id)),
  );
  const [focus, setFocus] = useState<string[]>([]);
  useFocusBack(focus);
  const dirty = form.isDirty();
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });

  const showMistakes = (errors: Record<string, unknown>) => {
    const wrong = form.values.sections.flatMap((section, s) =>
      section.questions.filter((_, q) => Object.keys(errors).some((key) => key.startsWith(`sections.${s}.questions.${q}.`))),
    );
    setOpened((before) => new Set([...before, ...wrong.map((question) => question.id)]));
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-builder] [aria-invalid="true"]')?.focus());
  };
  const submit = form.onSubmit((draft) => {
    save.mutate(
      { definition: toDefinition(draft), active: draft.active },
      {
        onSuccess: (saved) => {
          form.setInitialValues(draft);
          form.resetDirty(draft);
          onSaved(saved);
        },
        onError: (error) => {
          const placed = fieldErrors(error);
          if (!placed) return;
          form.setErrors(placed);
          showMistakes(placed);
        },
      },
    );
  }, showMistakes);
  const general = save.error && !fieldErrors(save.error) ? (wholeMistake(save.error) ?? tell(save.error)) : null;
  const { sections } = form.values;

  return (
    <form onSubmit={submit} noValidate data-dirty={dirty || undefined} data-builder>
      <div className={classes.columns}>
        <Stack gap="md" miw={0}>
          {general && (
            <Alert color="red" role="alert">
              {general}
            </Alert>
          )}
          <CardSettings form={form} queues={queues} />
          {sections.map((section, s) => (
            <SectionEditor
              key={section.key}
              form={form}
              s={s}
              section={section}
              opened={opened}
              onToggle={(id, open) =>
                setOpened((before) => (open ? new Set([...before, id]) : new Set([...before].filter((one) => one !== id))))
              }
              onMoveSection={(by) => {
                form.clearErrors(); // they are told by the place
                form.setFieldValue('sections', moved(sections, s, by));
                setFocus(returnTo(section.key, by));
              }}
              onMoveQuestion={(q, by) => {
                form.clearErrors();
                form.setFieldValue('sections', movedQuestion(sections, s, q, by));
                setFocus(returnTo(section.questions[q]?.id ?? '', by));
              }}
            />
          ))}
          {sections.length < MOST_SECTIONS && (
            <Button
              variant="default"
              leftSection={<IconPlus size={16} />}
              onClick={() => form.insertListItem('sections', newSection())}
              w="fit-content"
            >
              {t('scorecards.addSection')}
            </Button>
          )}
        </Stack>
        <Stack gap="md" miw={0}>
          <TryPanel draft={form.values} />
          {card && <Versions card={card} onRestore={(draft) => form.setValues({ ...draft, active: form.values.active })} />}
        </Stack>
      </div>
      <Group className={classes.bar} justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {dirty ? t(card ? 'scorecards.unsavedVersion' : 'scorecards.unsaved') : t('scorecards.saved')}
        </Text>
        <Group gap="xs">
          <Button variant="default" disabled={!dirty} onClick={() => form.reset()}>
            {t('scorecards.discard')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!dirty && card !== undefined}>
            {card ? t('common.save') : t('scorecards.create')}
          </Button>
        </Group>
      </Group>
      <Confirm
        opened={blocker.status === 'blocked'}
        title={t('scorecards.leave.title')}
        text={t('scorecards.leave.text')}
        action={t('scorecards.leave.action')}
        danger
        working={false}
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
      />
    </form>
  );
}

function returnTo(id: string, by: -1 | 1): string[] {
  const names = by < 0 ? ['up', 'down'] : ['down', 'up'];
  return names.map((name) => `${name}-${id}`);
}

/** A button that moved with its line loses the focus in the browser: it gets it back, or, at the edge, the other one gets it. */
function useFocusBack(ids: string[]): void {
  useEffect(() => {
    for (const id of ids) {
      const button = document.getElementById(id);
      if (button instanceof HTMLButtonElement && !button.disabled) {
        button.focus();
        return;
      }
    }
  }, [ids]);
}
