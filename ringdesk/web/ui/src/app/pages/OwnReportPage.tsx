import { ActionIcon, Button, Drawer, Menu, Stack, Text } from '@mantine/core';
import { IconCopy, IconDots, IconMail, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Catalogue, catalogueQuery } from '@/features/statistics/api/catalogue';
import { ExportMenu } from '@/features/statistics/ExportMenu';
import { schedulesQuery } from '@/features/statistics/letters/api/schedules';
import { NoServer } from '@/features/statistics/letters/ScheduleList';
import { ScheduleForm } from '@/features/statistics/letters/ScheduleForm';
import { type OwnReport, ownReportQuery, useRemoveOwnReport } from '@/features/statistics/own/api/own-reports';
import { resultAddress } from '@/features/statistics/own/api/result';
import { Builder } from '@/features/statistics/own/Builder';
import { fresh, queryOf, toSearch } from '@/features/statistics/own/definition';
import { Result } from '@/features/statistics/own/Result';
import { SharedWith } from '@/features/statistics/own/SharedWith';
import { dayIn, resolve } from '@/features/statistics/period';
import { Shown } from '@/features/statistics/PeriodPicker';
import { pbxNow } from '@/shared/time/clock';
import { Confirm } from '@/shared/ui/Confirm';
import { Page } from '@/shared/ui/Page';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const shown = getRouteApi('/signed-in/statistics/own/$reportId');
const made = getRouteApi('/signed-in/statistics/own/new');

/** An own report: read, or changed by whoever may. */
export function OwnReportPage() {
  const { t } = useTranslation();
  const { reportId } = shown.useParams();
  const { edit } = shown.useSearch();
  const navigate = shown.useNavigate();
  const catalogue = useQuery(catalogueQuery);
  const report = useQuery(ownReportQuery(reportId));
  const error = report.error ?? catalogue.error;
  if (!report.data || !catalogue.data)
    return (
      <Page title={report.data?.name ?? t('own.one')}>
        <Surface>
          {error ? (
            <Failed error={error} onRetry={() => void Promise.all([report.refetch(), catalogue.refetch()])} />
          ) : (
            <Loading lines={8} height={24} />
          )}
        </Surface>
      </Page>
    );
  const own = report.data;
  if (!edit || !own.may_change) return <Read own={own} catalogue={catalogue.data} />;
  const { name, definition, team_id, everybody } = own;
  const leave = () => void navigate({ search: {}, replace: true, ignoreBlocker: true });
  return (
    <Page title={name} hint={t('own.editHint')}>
      <Builder
        key={own.id}
        id={own.id}
        initial={{ name, definition, team_id, everybody }}
        catalogue={catalogue.data}
        onSaved={leave}
        onCancel={() => void navigate({ search: {}, replace: true })}
      />
    </Page>
  );
}

/** A new one: empty, of a subject, or as another one is. */
export function OwnReportNewPage() {
  const { t } = useTranslation();
  const { subject, copy } = made.useSearch();
  const navigate = useNavigate();
  const { data: catalogue, error, refetch } = useQuery(catalogueQuery);
  const original = useQuery({ ...ownReportQuery(copy ?? 0), enabled: copy !== undefined });
  const item =
    catalogue?.items.find(({ name }) => name === subject) ?? catalogue?.items.find(({ name }) => name === 'queues') ?? catalogue?.items[0];
  const waits = copy !== undefined && original.isPending;
  const before = original.data;
  return (
    <Page title={t('own.new')} hint={t('own.editHint')}>
      {catalogue && item && !waits ? (
        <Builder
          key={copy ?? item.name}
          id={null}
          initial={{
            name: before ? t('own.copyOf', { name: before.name }).slice(0, 128) : '',
            definition: before?.definition ?? fresh(item),
            team_id: null,
            everybody: false,
          }}
          catalogue={catalogue}
          onSaved={(saved) =>
            void navigate({ to: '/statistics/own/$reportId', params: { reportId: saved.id }, replace: true, ignoreBlocker: true })
          }
          onCancel={() => void navigate({ to: '/statistics/own' })}
        />
      ) : (
        <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={8} height={24} />}</Surface>
      )}
    </Page>
  );
}

function Read({ own, catalogue }: { own: OwnReport; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const [sending, setSending] = useState(false);
  const { definition } = own;
  const subject = catalogue.items.find(({ name }) => name === definition.report)?.title ?? definition.report;
  const days = resolve(toSearch(definition), dayIn(catalogue.timezone, pbxNow()));
  return (
    <Page
      title={own.name}
      hint={
        <>
          {subject} · {definition.period === 'fixed' ? null : <>{t(`statistics.period.${definition.period}`)} · </>}
          <Shown days={days} />
        </>
      }
      actions={
        <>
          <SharedWith of={own} />
          <ExportMenu
            report={definition.report}
            query={queryOf(definition, catalogue.timezone, pbxNow())}
            address={(format) => resultAddress(own.id, format)}
          />
          <Button variant="default" leftSection={<IconMail size={16} />} onClick={() => setSending(true)}>
            {t('letters.send')}
          </Button>
          {own.may_change && (
            <Button
              variant="default"
              leftSection={<IconPencil size={16} />}
              renderRoot={(props) => (
                <Link {...props} to="/statistics/own/$reportId" params={{ reportId: own.id }} search={{ edit: true }} />
              )}
            >
              {t('common.edit')}
            </Button>
          )}
          <More own={own} />
        </>
      }
    >
      <Result own={own} catalogue={catalogue} />
      <Drawer opened={sending} onClose={() => setSending(false)} position="right" size={460} title={t('letters.new')}>
        {sending && <Letter own={own} zone={catalogue.timezone} onSaved={() => setSending(false)} />}
      </Drawer>
    </Page>
  );
}

function Letter({ own, zone, onSaved }: { own: OwnReport; zone: string; onSaved: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(schedulesQuery);
  const others = data?.items.filter(({ report_id }) => report_id === own.id).length ?? 0;
  return (
    <Stack>
      {data && !data.can_send && <NoServer />}
      {others > 0 && (
        <Text size="sm" c="dimmed">
          {t('letters.already', { count: others })}{' '}
          <Link to="/statistics/own" search={{ view: 'letters' }}>
            {t('letters.toList')}
          </Link>
        </Text>
      )}
      <ScheduleForm report={own} zone={zone} onSaved={onSaved} />
    </Stack>
  );
}

/** What is asked for more rarely. */
function More({ own }: { own: OwnReport }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const navigate = useNavigate();
  const remove = useRemoveOwnReport();
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={36} variant="default" aria-label={t('common.moreActions')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={16} />}
            renderRoot={(props) => <Link {...props} to="/statistics/own/new" search={{ copy: own.id }} />}
          >
            {t('own.copy')}
          </Menu.Item>
          {own.may_change && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setRemoving(true)}>
              {t('common.remove')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={removing}
        title={t('own.removeTitle', { name: own.name })}
        text={t('own.removeText')}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate(own.id, { onSuccess: () => void navigate({ to: '/statistics/own', replace: true }), onError: tell })}
      />
    </>
  );
}
