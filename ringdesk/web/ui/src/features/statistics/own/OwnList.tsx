import { IconReportAnalytics } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { catalogueQuery } from '../api/catalogue';
import { type OwnReport, ownReportsQuery } from './api/own-reports';
import { SharedList } from './SharedList';

/** Reports that people put together: one's own, and those shared with one. */
export function OwnList({ begin }: { begin: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const format = useFormats();
  const query = useQuery(ownReportsQuery);
  const { data: catalogue } = useQuery(catalogueQuery);
  const subject = (row: OwnReport) => catalogue?.items.find(({ name }) => name === row.definition.report)?.title ?? row.definition.report;
  const changed = (row: OwnReport) => format.moment(row.updated_at);
  return (
    <SharedList
      label={t('own.title')}
      query={query}
      before={[{ key: 'subject', title: t('own.subject'), width: 190, render: subject, order: subject }]}
      after={[{ key: 'changed', title: t('own.changed'), width: 170, render: changed, order: (row) => row.updated_at }]}
      line={(row, owner) => [subject(row), owner, changed(row)]}
      link={(row, props) => (
        <Link to="/statistics/own/$reportId" params={{ reportId: row.id }} {...props}>
          {row.name}
        </Link>
      )}
      onOpen={(row) => void navigate({ to: '/statistics/own/$reportId', params: { reportId: row.id } })}
      empty={
        <Nothing icon={<IconReportAnalytics stroke={1.5} />} title={t('own.none')} hint={t('own.noneHint')}>
          {begin}
        </Nothing>
      }
    />
  );
}
