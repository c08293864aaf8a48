import { Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePersonName } from '@/features/people/usePersonName';
import { type Column, List } from '@/shared/list/List';
import { rowsOf } from '@/shared/list/pages';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { type AuditEntry, type AuditFilter, auditQuery } from './api/audit';
import classes from './AuditList.module.css';

interface Props {
  filter: AuditFilter;
  /** On a customer's own page everything is about them. */
  ofCustomer?: boolean;
}

/** Who looked at or changed what, newest first. */
export function AuditList({ filter, ofCustomer }: Props) {
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <List
      label={t('audit.title')}
      found={rowsOf(useInfiniteQuery(auditQuery(filter)))}
      columns={ofCustomer ? columns.filter((c) => c.key !== 'subject') : columns}
      card={(entry) => <EntryCard entry={entry} />}
      empty={<Nothing icon={<IconEye stroke={1.5} />} title={t('audit.none')} hint={t('audit.noneHint')} />}
    />
  );
}

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    { key: 'at', title: t('audit.at'), width: 160, render: (e) => <span title={format.full(e.at)}>{format.moment(e.at)}</span> },
    { key: 'user', title: t('audit.user'), width: 170, render: (e) => e.user ?? t('audit.nobody') },
    { key: 'action', title: t('audit.action'), width: 190, render: (e) => <Action entry={e} /> },
    { key: 'subject', title: t('audit.subject'), width: 160, render: (e) => <Subject entry={e} /> },
    { key: 'detail', title: t('audit.detail'), render: (e) => <Detail entry={e} /> },
    { key: 'address', title: t('audit.address'), width: 130, render: (e) => e.address },
  ];
}

/** An action that this page does not know yet is shown by its name. */
function Action({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation();
  const key = `audit.did.${entry.action}`;
  return <>{i18n.exists(key) ? t(key as 'audit.did.viewed') : entry.action}</>;
}

function Subject({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation();
  const nameOf = usePersonName();
  if (entry.subject === 'customer' && entry.subject_id !== '0') {
    return (
      <Link to="/customers/$customerId" params={{ customerId: Number(entry.subject_id) }} className={classes.subject}>
        {t('audit.customer', { id: entry.subject_id })}
      </Link>
    );
  }
  if (entry.subject === 'recording' && entry.action !== 'deleted') {
    return (
      <Link to="/recordings/$recordingId" params={{ recordingId: Number(entry.subject_id) }} className={classes.subject}>
        {t('audit.recording', { id: entry.subject_id })}
      </Link>
    );
  }
  if (entry.subject === 'recording') return <>{t('audit.recording', { id: entry.subject_id })}</>;
  if (entry.subject === 'user') return <>{nameOf(Number(entry.subject_id)) ?? t('audit.account', { id: entry.subject_id })}</>;
  if (entry.subject === 'team') return <>{t('audit.team', { id: entry.subject_id })}</>;
  const key = `audit.subject_of.${entry.subject}`;
  if (i18n.exists(key)) return <>{t(key as 'audit.subject_of.call', { id: entry.subject_id })}</>;
  return <>{[entry.subject, entry.subject_id].filter(Boolean).join(' ')}</>;
}

function Detail({ entry }: { entry: AuditEntry }) {
  if (!entry.detail) return null;
  const parts = Object.entries(entry.detail).map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return (
    <Text size="xs" c="dimmed" className={classes.detail} title={parts.join('\n')}>
      {parts.join(' · ')}
    </Text>
  );
}

function EntryCard({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <div className={classes.card}>
      <Text size="sm" fw={550}>
        <Action entry={entry} /> · <Subject entry={entry} />
      </Text>
      <Text size="xs" c="dimmed">
        {[entry.user ?? t('audit.nobody'), format.moment(entry.at), entry.address].filter(Boolean).join(' · ')}
      </Text>
      <Detail entry={entry} />
    </div>
  );
}
