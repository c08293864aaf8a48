import { IconLayoutDashboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { SharedList } from '../own/SharedList';
import { type Dashboard, dashboardsQuery } from './api/dashboards';

/** Reports side by side. */
export function DashboardList({ begin }: { begin: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const format = useFormats();
  const query = useQuery(dashboardsQuery);
  const tiles = (row: Dashboard) => row.tiles.length;
  return (
    <SharedList
      label={t('dashboards.title')}
      query={query}
      before={[
        {
          key: 'tiles',
          title: t('dashboards.tiles'),
          width: 110,
          right: true,
          render: (row) => format.number(tiles(row)),
          order: tiles,
        },
      ]}
      line={(row, owner) => [t('dashboards.tileCount', { count: tiles(row) }), owner]}
      link={(row, props) => (
        <Link to="/statistics/dashboards/$dashboardId" params={{ dashboardId: row.id }} {...props}>
          {row.name}
        </Link>
      )}
      onOpen={(row) => void navigate({ to: '/statistics/dashboards/$dashboardId', params: { dashboardId: row.id } })}
      empty={
        <Nothing icon={<IconLayoutDashboard stroke={1.5} />} title={t('dashboards.none')} hint={t('dashboards.noneHint')}>
          {begin}
        </Nothing>
      }
    />
  );
}
