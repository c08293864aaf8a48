import { ActionIcon, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconPencil, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { useFormats } from '@/shared/time/format';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Nothing } from '@/shared/ui/States';
import { type Policy, policiesQuery } from './api/policies';
import { useRemovePolicy } from './api/save-policy';
import classes from './RecordingsList.module.css';

/** Whose recordings are treated how. */
export function PoliciesList({ onEdit }: { onEdit: (policy: Policy) => void }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const { data, error, refetch } = useQuery(policiesQuery);
  const remove = useRemovePolicy();
  const [removing, setRemoving] = useState<Policy | null>(null);
  const name = useName();
  const tools = (policy: Policy) => <Tools policy={policy} name={name(policy)} onEdit={onEdit} onRemove={setRemoving} />;
  const columns = useColumns(name, tools);
  return (
    <>
      <List
        label={t('recordings.policy.title')}
        found={{ rows: data, error: data ? null : error, retry: () => void refetch(), more: undefined, loadingMore: false, stale: false }}
        columns={columns}
        card={(policy) => <PolicyCard policy={policy} name={name(policy)} tools={tools} />}
        empty={
          <Nothing icon={<IconShieldCheck stroke={1.5} />} title={t('recordings.policy.none')} hint={t('recordings.policy.noneHint')} />
        }
      />
      <Confirm
        opened={removing !== null}
        title={t('recordings.policy.removeTitle', { name: removing ? name(removing) : '' })}
        text={t('recordings.policy.removeText')}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </>
  );
}

function useName(): (policy: Policy) => string {
  const { t } = useTranslation();
  return ({ queue, did }) =>
    [queue && t('recordings.policy.ofQueue', { queue }), did && t('recordings.policy.ofDid', { did })].filter(Boolean).join(' · ') ||
    t('recordings.policy.general');
}

function useTold() {
  const { t } = useTranslation();
  const format = useFormats();
  return {
    language: ({ language }: Policy) => (language ? format.language(language) : t('recordings.policy.languageDefault')),
    keep: ({ keep_days }: Policy) =>
      keep_days === null
        ? t('recordings.policy.always')
        : t('recordings.policy.days', { count: keep_days, shown: format.number(keep_days) }),
    masking: ({ mask_cards, mask_patterns }: Policy) =>
      [
        mask_cards && t('recordings.policy.cardsShort'),
        mask_patterns.length > 0 && t('recordings.policy.patternsShort', { count: mask_patterns.length }),
      ]
        .filter(Boolean)
        .join(', ') || t('recordings.policy.nothing'),
    caller: ({ announcement, opt_out_key }: Policy) =>
      [announcement, opt_out_key && t('recordings.policy.keyShort', { key: opt_out_key })].filter(Boolean).join(' · ') || '–',
  };
}

function useColumns(name: (policy: Policy) => string, tools: (policy: Policy) => React.ReactNode): Column<Policy>[] {
  const { t } = useTranslation();
  const told = useTold();
  return [
    { key: 'for', title: t('recordings.policy.for'), render: (p) => <b className={classes.name}>{name(p)}</b> },
    { key: 'language', title: t('recordings.policy.language'), width: 170, render: told.language },
    { key: 'keep', title: t('recordings.policy.keepShort'), width: 130, render: told.keep },
    { key: 'masking', title: t('recordings.policy.masking'), width: 200, render: told.masking },
    {
      key: 'withhold',
      title: t('recordings.policy.withholdShort'),
      width: 150,
      render: (p) => t(p.withhold ? 'recordings.policy.yes' : 'recordings.policy.no'),
    },
    { key: 'caller', title: t('recordings.policy.caller'), width: 180, render: told.caller },
    { key: 'tools', title: <VisuallyHidden>{t('common.moreActions')}</VisuallyHidden>, width: 90, right: true, render: tools },
  ];
}

interface ToolsProps {
  policy: Policy;
  name: string;
  onEdit: (policy: Policy) => void;
  onRemove: (policy: Policy) => void;
}

function Tools({ policy, name, onEdit, onRemove }: ToolsProps) {
  const { t } = useTranslation();
  const general = policy.queue === '' && policy.did === '';
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <ActionIcon onClick={() => onEdit(policy)} aria-label={t('recordings.policy.edit', { name })}>
        <IconPencil size={16} />
      </ActionIcon>
      {!general && (
        <ActionIcon onClick={() => onRemove(policy)} aria-label={t('recordings.policy.remove', { name })}>
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}

function PolicyCard({ policy, name, tools }: { policy: Policy; name: string; tools: (policy: Policy) => React.ReactNode }) {
  const told = useTold();
  return (
    <div className={classes.card}>
      <div className={classes.link}>
        <span className={classes.name}>{name}</span>
        <Text size="xs" c="dimmed">
          {[told.keep(policy), told.language(policy), told.masking(policy)].join(' · ')}
        </Text>
      </div>
      {tools(policy)}
    </div>
  );
}
