import {
  ActionIcon,
  Badge,
  Collapse,
  Group,
  NumberInput,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { IconAlertOctagon, IconArrowDown, IconArrowUp, IconChevronRight, IconCopy, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { share } from './draft';
import { pathOf, type Place } from './form';
import classes from './QuestionEditor.module.css';
import { RuleEditor } from './RuleEditor';
import { useRuleText } from './ruleText';

interface Props extends Place {
  opened: boolean;
  onToggle: () => void;
  /** Undefined where it cannot go. */
  onUp?: () => void;
  onDown?: () => void;
  onCopy: () => void;
  onRemove?: () => void;
}

/** One question: a line while closed, everything about it while open. */
export function QuestionEditor({ opened, onToggle, onUp, onDown, onCopy, onRemove, ...place }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const ruleText = useRuleText();
  const { form, question, q } = place;
  const path = pathOf(place);
  const wrong = Object.keys(form.errors).some((key) => key.startsWith(`${path}.`) && Boolean(form.errors[key]));
  const named = question.text.trim() || t('scorecards.question', { n: q + 1 });
  const worth = share(form.values, question.weight);
  return (
    <li className={classes.question} data-wrong={wrong || undefined} data-opened={opened || undefined}>
      <div className={classes.head}>
        <UnstyledButton className={classes.toggle} aria-expanded={opened} onClick={onToggle}>
          <IconChevronRight size={16} className={classes.chevron} aria-hidden />
          <span className={classes.texts}>
            <span className={classes.text}>{named}</span>
            <Text span size="xs" c={wrong ? 'red' : 'dimmed'} className={classes.rule}>
              {wrong ? t('scorecards.hasMistake') : ruleText(question.rule)}
            </Text>
          </span>
          {question.auto_fail && (
            <Badge color="red" leftSection={<IconAlertOctagon size={12} aria-hidden />} className={classes.badge}>
              {t('scorecards.autoFail')}
            </Badge>
          )}
          <Text span size="sm" fw={600} className={classes.share}>
            {t('scorecards.share', { share: format.tenths(worth) })}
          </Text>
        </UnstyledButton>
        <Group gap={0} wrap="nowrap" className={classes.actions}>
          <Move icon={<IconArrowUp size={16} />} id={`up-${question.id}`} label={t('scorecards.up', { what: named })} onClick={onUp} />
          <Move
            icon={<IconArrowDown size={16} />}
            id={`down-${question.id}`}
            label={t('scorecards.down', { what: named })}
            onClick={onDown}
          />
          <Move icon={<IconCopy size={16} />} label={t('scorecards.copy', { what: named })} onClick={onCopy} />
          <Move icon={<IconTrash size={16} />} label={t('scorecards.remove', { what: named })} onClick={onRemove} />
        </Group>
      </div>
      <Collapse expanded={opened}>
        {opened && (
          <Stack gap="md" className={classes.body}>
            <TextInput
              label={t('scorecards.text')}
              placeholder={t('scorecards.textExample')}
              required
              maxLength={200}
              autoComplete="off"
              {...form.getInputProps(`${path}.text`)}
            />
            <RuleEditor {...place} />
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" className={classes.worth}>
              <NumberInput
                label={t('scorecards.weight')}
                description={t('scorecards.weightHint', { share: format.tenths(worth) })}
                min={1}
                max={100}
                allowDecimal={false}
                {...form.getInputProps(`${path}.weight`)}
              />
              <Switch
                mt="xs"
                label={t('scorecards.autoFail')}
                description={t('scorecards.autoFailHint')}
                {...form.getInputProps(`${path}.auto_fail`, { type: 'checkbox' })}
              />
              <Switch
                mt="xs"
                label={t('scorecards.allowNa')}
                description={t('scorecards.allowNaHint')}
                {...form.getInputProps(`${path}.allow_na`, { type: 'checkbox' })}
              />
            </SimpleGrid>
          </Stack>
        )}
      </Collapse>
    </li>
  );
}

export function Move({ icon, label, onClick, id }: { icon: React.ReactNode; label: string; onClick?: () => void; id?: string }) {
  return (
    <Tooltip label={label} disabled={!onClick}>
      <ActionIcon id={id} aria-label={label} onClick={onClick} disabled={!onClick} size={32}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
