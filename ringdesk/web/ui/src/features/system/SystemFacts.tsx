import { Alert, Badge, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { IconCircleCheck, IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { type System, systemQuery } from './api/system';
import classes from './SystemFacts.module.css';

const CLOCKS_APART = 2; // seconds; beyond that running times on the desks are noticeably off for whoever compares them

/** The link to the PBX, this installation, and what contradicted itself. */
export function SystemFacts() {
  const { data: system, error, refetch } = useQuery(systemQuery);
  if (error && !system) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!system)
    return (
      <Surface>
        <Loading lines={6} height={24} />
      </Surface>
    );
  return (
    <Stack>
      <Link system={system} />
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figures system={system} />
      </SimpleGrid>
      <Anomalies system={system} />
    </Stack>
  );
}

function Link({ system }: { system: System }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { link } = system;
  const up = link.status === 'up';
  return (
    <Surface title={t('system.link.title')} aside={<Badge color={up ? 'green' : 'red'}>{t(`system.link.status.${link.status}`)}</Badge>}>
      <Stack gap="sm">
        <Text size="sm" className={classes.line}>
          {up ? <IconPlugConnected size={18} /> : <IconPlugConnectedX size={18} />}
          {[
            link.pbx,
            link.version && t('system.link.version', { version: link.version }),
            link.since && t('system.link.since', { at: format.moment(link.since) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        {!up && link.reason && <Alert color="red">{link.reason}</Alert>}
        {up && !system.stamped && <Alert color="yellow">{t('system.notStamped')}</Alert>}
        {up && Math.abs(system.clock_ahead_s) > CLOCKS_APART && (
          <Alert color="yellow">{t('system.clockApart', { seconds: format.number(system.clock_ahead_s) })}</Alert>
        )}
      </Stack>
    </Surface>
  );
}

function Figures({ system }: { system: System }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <>
      <Figure label={t('system.liveCalls')} value={format.number(system.live_calls)} />
      <Figure label={t('system.sockets')} value={format.number(system.sockets)} />
      <Figure label={t('system.version')} value={system.version} />
      <Figure label={t('system.database')} value={system.database} />
    </>
  );
}

function Figure({ label, value }: { label: string; value: ReactNode }) {
  return (
    <Surface>
      <div className={classes.figure}>{value}</div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </Surface>
  );
}

function Anomalies({ system }: { system: System }) {
  const { t } = useTranslation();
  const format = useFormats();
  const found = Object.entries(system.anomalies).sort(([, a], [, b]) => b - a);
  return (
    <Surface title={t('system.anomalies.title')}>
      {found.length === 0 ? (
        <Nothing icon={<IconCircleCheck stroke={1.5} />} title={t('system.anomalies.none')} hint={t('system.anomalies.noneHint')} />
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t('system.anomalies.hint')}
          </Text>
          <Table>
            <Table.Tbody>
              {found.map(([kind, count]) => (
                <Table.Tr key={kind}>
                  <Table.Th scope="row" fw={450}>
                    {kind.replaceAll('_', ' ')}
                  </Table.Th>
                  <Table.Td ta="right">{format.number(count)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Surface>
  );
}
