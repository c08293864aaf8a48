import { ActionIcon, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconDice3, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { useFormats } from '@/shared/time/format';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { type ReviewRule, reviewRulesQuery, useRemoveRule } from './api/rules';
import classes from './ReviewRules.module.css';
import { RuleForm } from './RuleForm';

/** Which calls come to review by themselves. */
export function ReviewRules({ queues }: { queues: string[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const tell = useTellProblem();
  const { data: rules, error, refetch } = useQuery(reviewRulesQuery);
  const remove = useRemoveRule();
  const [editing, setEditing] = useState<ReviewRule | 'new' | null>(null);
  const [removing, setRemoving] = useState<ReviewRule | null>(null);
  const summary = useSummary();
  if (error && !rules) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!rules) return <Loading lines={4} />;
  if (editing !== null) {
    const rule = editing === 'new' ? undefined : editing;
    return <RuleForm key={rule?.id ?? 'new'} rule={rule} queues={queues} onDone={() => setEditing(null)} />;
  }
  const add = may('scorecards.manage') && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
      {t('reviews.rules.add')}
    </Button>
  );
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('reviews.rules.hint')}
      </Text>
      {rules.length === 0 ? (
        <Nothing icon={<IconDice3 stroke={1.5} />} title={t('reviews.rules.none')} hint={t('reviews.rules.noneHint')}>
          {add}
        </Nothing>
      ) : (
        <>
          <ul className={classes.list}>
            {rules.map((rule) => (
              <li key={rule.id} className={classes.rule}>
                <div className={classes.text}>
                  <Text size="sm">{summary(rule)}</Text>
                  {!rule.active && <Badge mt={4}>{t('scorecards.inactiveState')}</Badge>}
                </div>
                {may('scorecards.manage') && (
                  <Group gap={2} wrap="nowrap">
                    <ActionIcon aria-label={t('reviews.rules.edit', { rule: summary(rule) })} onClick={() => setEditing(rule)}>
                      <IconPencil size={16} />
                    </ActionIcon>
                    <ActionIcon aria-label={t('reviews.rules.remove', { rule: summary(rule) })} onClick={() => setRemoving(rule)}>
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Group>
                )}
              </li>
            ))}
          </ul>
          <Group>{add}</Group>
        </>
      )}
      <Confirm
        opened={removing !== null}
        title={t('reviews.rules.removeTitle')}
        text={removing && summary(removing)}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </Stack>
  );
}

/** A rule as a sentence. */
function useSummary(): (rule: ReviewRule) => string {
  const { t } = useTranslation();
  const format = useFormats();
  return (rule) => {
    const which = rule.only_failed
      ? t('reviews.rules.failedOnly')
      : rule.below !== null
        ? t('reviews.rules.belowOnly', { below: format.tenths(rule.below) })
        : t('reviews.rules.anyCall');
    const where = rule.queue ? t('reviews.rules.ofQueue', { queue: rule.queue }) : t('reviews.rules.ofAll');
    const share = rule.share >= 1 ? t('reviews.rules.all') : t('reviews.rules.share', { share: format.percentTenths(rule.share) });
    return t('reviews.rules.sentence', { share, which, where });
  };
}
