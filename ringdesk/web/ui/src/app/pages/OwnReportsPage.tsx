import { Button, Drawer } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogueQuery } from '@/features/statistics/api/catalogue';
import { DashboardForm } from '@/features/statistics/dashboards/DashboardForm';
import { DashboardList } from '@/features/statistics/dashboards/DashboardList';
import { ScheduleList } from '@/features/statistics/letters/ScheduleList';
import { OwnList } from '@/features/statistics/own/OwnList';
import { OWN_VIEWS } from '@/features/statistics/own/search';
import { Choice } from '@/shared/ui/Choice';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/own/');

/** Reports and dashboards that people put together, and what goes out by e-mail. */
export function OwnReportsPage() {
  const { t } = useTranslation();
  const view = route.useSearch().view ?? 'reports';
  const navigate = route.useNavigate();
  const { data: catalogue } = useQuery(catalogueQuery);
  const [making, setMaking] = useState(false);
  const newReport = (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link {...props} to="/statistics/own/new" />}>
      {t('own.new')}
    </Button>
  );
  const newDashboard = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('dashboards.new')}
    </Button>
  );
  return (
    <Page
      title={t('own.title')}
      hint={t('own.hint')}
      actions={view === 'reports' ? newReport : view === 'dashboards' ? newDashboard : undefined}
    >
      <div>
        <Choice
          label={t('own.view.label')}
          data={OWN_VIEWS.map((value) => ({ value, label: t(`own.view.${value}`) }))}
          value={view}
          onChange={(value) =>
            void navigate({ search: { view: value === 'reports' ? undefined : value }, replace: true, resetScroll: false })
          }
        />
      </div>
      <Surface flush label={t(`own.view.${view}`)}>
        {view === 'reports' && <OwnList begin={newReport} />}
        {view === 'dashboards' && <DashboardList begin={newDashboard} />}
        {view === 'letters' && <ScheduleList zone={catalogue?.timezone ?? ''} />}
      </Surface>
      <Drawer opened={making} onClose={() => setMaking(false)} position="right" size={440} title={t('dashboards.new')}>
        {making && (
          <DashboardForm
            onSaved={(dashboard) =>
              void navigate({
                to: '/statistics/dashboards/$dashboardId',
                params: { dashboardId: dashboard.id },
                search: { arrange: true },
              })
            }
          />
        )}
      </Drawer>
    </Page>
  );
}
