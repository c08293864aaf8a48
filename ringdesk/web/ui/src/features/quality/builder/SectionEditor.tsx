import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { type CardDraft, newQuestion, type SectionDraft, share } from './draft';
import type { Form } from './form';
import { Move, QuestionEditor } from './QuestionEditor';
import classes from './SectionEditor.module.css';

const MOST_QUESTIONS = 200; // of a whole card; the server's limit

interface Props {
  form: Form;
  s: number;
  section: SectionDraft;
  /** The ids of the questions that stand open. */
  opened: Set<string>;
  onToggle: (id: string, open: boolean) => void;
  onMoveSection: (by: -1 | 1) => void;
  onMoveQuestion: (q: number, by: -1 | 1) => void;
}

export function SectionEditor({ form, s, section, opened, onToggle, onMoveSection, onMoveQuestion }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const { sections } = form.values;
  const only = sections.length === 1;
  const last = s === sections.length - 1;
  const named = section.title.trim() || t('scorecards.section', { n: s + 1 });
  const worth = section.questions.reduce((sum, question) => sum + share(form.values, question.weight), 0);
  const lonely = section.questions.length === 1;
  const add = (question = newQuestion(), at = section.questions.length) => {
    form.insertListItem(`sections.${s}.questions`, question, at);
    onToggle(question.id, true);
  };
  return (
    <section className={classes.section} aria-label={named}>
      <div className={classes.head}>
        <TextInput
          aria-label={t('scorecards.sectionTitle', { n: s + 1 })}
          placeholder={t('scorecards.sectionExample')}
          maxLength={200}
          autoComplete="off"
          classNames={{ root: classes.field, input: classes.title }}
          {...form.getInputProps(`sections.${s}.title`)}
        />
        <Text size="sm" fw={600} className={classes.share}>
          {t('scorecards.share', { share: format.tenths(worth) })}
        </Text>
        <Group gap={0} wrap="nowrap">
          <Move
            icon={<IconArrowUp size={16} />}
            id={`up-${section.key}`}
            label={t('scorecards.up', { what: named })}
            onClick={s > 0 ? () => onMoveSection(-1) : undefined}
          />
          <Move
            icon={<IconArrowDown size={16} />}
            id={`down-${section.key}`}
            label={t('scorecards.down', { what: named })}
            onClick={last ? undefined : () => onMoveSection(1)}
          />
          <Move
            icon={<IconTrash size={16} />}
            label={t('scorecards.remove', { what: named })}
            onClick={only ? undefined : () => form.removeListItem('sections', s)}
          />
        </Group>
      </div>
      <ul className={classes.questions}>
        {section.questions.map((question, q) => (
          <QuestionEditor
            key={question.id}
            form={form}
            s={s}
            q={q}
            question={question}
            opened={opened.has(question.id)}
            onToggle={() => onToggle(question.id, !opened.has(question.id))}
            onUp={q > 0 || (s > 0 && !lonely) ? () => onMoveQuestion(q, -1) : undefined}
            onDown={q < section.questions.length - 1 || (!last && !lonely) ? () => onMoveQuestion(q, 1) : undefined}
            onCopy={() => add({ ...structuredClone(question), id: newQuestion().id }, q + 1)}
            onRemove={lonely ? undefined : () => form.removeListItem(`sections.${s}.questions`, q)}
          />
        ))}
      </ul>
      {count(form.values) < MOST_QUESTIONS && (
        <Button variant="subtle" size="compact-sm" m="xs" leftSection={<IconPlus size={14} />} onClick={() => add()}>
          {t('scorecards.addQuestion')}
        </Button>
      )}
    </section>
  );
}

function count({ sections }: CardDraft): number {
  return sections.reduce((sum, section) => sum + section.questions.length, 0);
}
