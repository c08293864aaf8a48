import { ActionIcon, Button, Drawer, Group, Menu, Select, Text } from '@mantine/core';
import { IconDots, IconLayoutDashboard, IconLayoutGrid, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Catalogue, catalogueQuery } from '@/features/statistics/api/catalogue';
import {
  type Dashboard,
  dashboardsQuery,
  type Tile,
  useRemoveDashboard,
  useSaveDashboard,
} from '@/features/statistics/dashboards/api/dashboards';
import { DashboardForm } from '@/features/statistics/dashboards/DashboardForm';
import { DashboardGrid } from '@/features/statistics/dashboards/DashboardGrid';
import { MOST_TILES } from '@/features/statistics/dashboards/tiles';
import { type OwnReport, ownReportsQuery } from '@/features/statistics/own/api/own-reports';
import { SharedWith } from '@/features/statistics/own/SharedWith';
import { Confirm } from '@/shared/ui/Confirm';
import { Page } from '@/shared/ui/Page';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/dashboards/$dashboardId');

/** Reports side by side. Its type is told, for the address it reads is the router's, whose type is made of its pages'. */
export function DashboardPage(): ReactNode {
  const { t } = useTranslation();
  const { dashboardId } = route.useParams();
  const { arrange } = route.useSearch();
  const navigate = route.useNavigate();
  const dashboards = useQuery(dashboardsQuery);
  const reports = useQuery(ownReportsQuery);
  const catalogue = useQuery(catalogueQuery);
  const error = dashboards.error ?? reports.error ?? catalogue.error;
  const dashboard = dashboards.data?.find(({ id }) => id === dashboardId);
  if (!dashboards.data || !reports.data || !catalogue.data || !dashboard)
    return (
      <Page title={dashboard?.name ?? t('dashboards.one')}>
        <Surface>
          {error ? (
            <Failed error={error} onRetry={() => void Promise.all([dashboards, reports, catalogue].map((query) => query.refetch()))} />
          ) : dashboards.data && !dashboard ? (
            <Nothing icon={<IconLayoutDashboard stroke={1.5} />} title={t('dashboards.noSuch')} hint={t('dashboards.noSuchHint')}>
              <Button
                variant="default"
                size="xs"
                renderRoot={(props) => <Link {...props} to="/statistics/own" search={{ view: 'dashboards' }} />}
              >
                {t('dashboards.toList')}
              </Button>
            </Nothing>
          ) : (
            <Loading lines={8} height={28} />
          )}
        </Surface>
      </Page>
    );
  const part = { dashboard, reports: reports.data, catalogue: catalogue.data };
  return arrange && dashboard.may_change ? (
    <Arranged key={dashboard.id} {...part} onDone={() => void navigate({ search: {}, replace: true, ignoreBlocker: true })} />
  ) : (
    <Looked {...part} />
  );
}

interface PartProps {
  dashboard: Dashboard;
  reports: OwnReport[];
  catalogue: Catalogue;
}

function Looked({ dashboard, reports, catalogue }: PartProps) {
  const { t } = useTranslation();
  const arrange = dashboard.may_change && (
    <Button
      variant="default"
      leftSection={<IconLayoutGrid size={16} />}
      renderRoot={(props) => (
        <Link {...props} to="/statistics/dashboards/$dashboardId" params={{ dashboardId: dashboard.id }} search={{ arrange: true }} />
      )}
    >
      {t('dashboards.arrange')}
    </Button>
  );
  return (
    <Page
      title={dashboard.name}
      hint={t('dashboards.hint')}
      actions={
        <>
          <SharedWith of={dashboard} />
          {arrange}
          {dashboard.may_change && <More dashboard={dashboard} />}
        </>
      }
    >
      {dashboard.tiles.length > 0 ? (
        <DashboardGrid tiles={dashboard.tiles} reports={reports} catalogue={catalogue} />
      ) : (
        <Surface>
          <Nothing icon={<IconLayoutDashboard stroke={1.5} />} title={t('dashboards.empty')} hint={t('dashboards.emptyHint')}>
            {arrange}
          </Nothing>
        </Surface>
      )}
    </Page>
  );
}

function Arranged({ dashboard, reports, catalogue, onDone }: PartProps & { onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const save = useSaveDashboard();
  const [tiles, setTiles] = useState<Tile[]>(dashboard.tiles);
  const dirty = JSON.stringify(tiles) !== JSON.stringify(dashboard.tiles);
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  const { id, name, team_id, everybody } = dashboard;
  const keep = () => save.mutate({ id, dashboard: { name, team_id, everybody, tiles } }, { onSuccess: onDone, onError: tell });
  return (
    <Page
      title={name}
      hint={t('dashboards.arrangeHint')}
      actions={
        <>
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button loading={save.isPending} disabled={!dirty} onClick={keep}>
            {t('common.save')}
          </Button>
        </>
      }
    >
      <Surface>
        <Group gap="sm" align="flex-end">
          <Select
            label={t('dashboards.add')}
            placeholder={reports.length > 0 ? t('dashboards.addHint') : t('dashboards.noReports')}
            data={reports.map((report) => ({ value: String(report.id), label: report.name }))}
            disabled={tiles.length >= MOST_TILES || reports.length === 0}
            value={null}
            onChange={(chosen) => chosen !== null && setTiles([...tiles, { report_id: Number(chosen), width: 6 }])}
            searchable
            nothingFoundMessage={t('common.noMatch')}
            w={{ base: '100%', sm: 320 }}
          />
          <Button variant="subtle" renderRoot={(props) => <Link {...props} to="/statistics/own/new" />}>
            {t('own.new')}
          </Button>
          <Text size="sm" c="dimmed" role="status" ml="auto">
            {t('dashboards.tileCount', { count: tiles.length })}
          </Text>
        </Group>
      </Surface>
      <DashboardGrid tiles={tiles} reports={reports} catalogue={catalogue} onArrange={setTiles} />
      <Confirm
        opened={blocker.status === 'blocked'}
        title={t('scorecards.leave.title')}
        text={t('dashboards.leaveText')}
        action={t('scorecards.leave.action')}
        danger
        working={false}
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
      />
    </Page>
  );
}

function More({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const navigate = useNavigate();
  const remove = useRemoveDashboard();
  const [naming, setNaming] = useState(false);
  const [removing, setRemoving] = useState(false);
  const gone = () => void navigate({ to: '/statistics/own', search: { view: 'dashboards' }, replace: true });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={36} variant="default" aria-label={t('common.moreActions')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setNaming(true)}>
            {t('dashboards.rename')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setRemoving(true)}>
            {t('common.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Drawer opened={naming} onClose={() => setNaming(false)} position="right" size={440} title={dashboard.name}>
        {naming && <DashboardForm dashboard={dashboard} onSaved={() => setNaming(false)} />}
      </Drawer>
      <Confirm
        opened={removing}
        title={t('dashboards.removeTitle', { name: dashboard.name })}
        text={t('dashboards.removeText')}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate(dashboard.id, { onSuccess: gone, onError: tell })}
      />
    </>
  );
}
