import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { type Erlang, erlangQuery } from './api/erlang';
import { Assumptions, Field, type PartProps } from './Assumptions';
import classes from './Calculator.module.css';
import { Figures } from './Figures';
import { calculation, USUAL_AHT, USUAL_CALLS, USUAL_PATIENCE } from './search';

/** One interval, calculated by hand. */
export function Calculator({ search, onChange }: PartProps) {
  const { t } = useTranslation();
  const question = calculation(search);
  const query = useQuery(erlangQuery(question));
  return (
    <Stack gap="md">
      <Surface>
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm" mb="sm">
          <Field
            label={t('staffing.callsAnHour')}
            min={0.1}
            max={1_000_000}
            thousandSeparator=" "
            placeholder={String(USUAL_CALLS)}
            value={search.calls}
            onCommit={(calls) => onChange({ calls })}
          />
          <Field
            label={t('staffing.agentsGiven')}
            min={1}
            max={10_000}
            allowDecimal={false}
            placeholder={t('staffing.asNeeded')}
            value={search.agents}
            onCommit={(agents) => onChange({ agents })}
          />
        </SimpleGrid>
        <Assumptions
          search={search}
          onChange={onChange}
          shrinking={false}
          observed={{ target: 0.8, within: 20, aht: USUAL_AHT, patience: USUAL_PATIENCE }}
        />
      </Surface>
      {query.error ? (
        <Surface>
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        </Surface>
      ) : query.data ? (
        <Answer erlang={query.data} target={question.target ?? 0.8} given={question.agents ?? null} />
      ) : (
        <Surface>
          <Loading lines={6} height={24} />
        </Surface>
      )}
      <Text size="xs" c="dimmed" maw="52rem">
        {t(`staffing.read.${question.model ?? 'erlang_c'}`)}
      </Text>
    </Stack>
  );
}

function Answer({ erlang, target, given }: { erlang: Erlang; target: number; given: number | null }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { expected } = erlang;
  const wait = (asa: number | null) => (asa === null ? t('staffing.endless') : format.duration(asa));
  return (
    <>
      <Figures
        of={[
          {
            name: t('staffing.needed'),
            value: format.number(erlang.agents),
            hint: t('staffing.neededFor', { target: format.percentTenths(target) }),
          },
          { name: t('staffing.traffic'), value: format.hundredths(erlang.traffic), hint: t('staffing.erlangs') },
          {
            name: t('staffing.level'),
            value: format.percentTenths(expected.service_level),
            hint: t('staffing.withAgents', { count: expected.agents }),
          },
          { name: t('staffing.wait'), value: wait(expected.asa_s), hint: t('staffing.withAgents', { count: expected.agents }) },
        ]}
      />
      <Surface flush title={t('staffing.around')}>
        <Table.ScrollContainer minWidth={440} type="native" tabIndex={0} role="region" aria-label={t('staffing.around')}>
          <Table className={classes.table} verticalSpacing="xs" horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('staffing.column.agents')}</Table.Th>
                <Table.Th>{t('staffing.level')}</Table.Th>
                <Table.Th>{t('staffing.wait')}</Table.Th>
                <Table.Th>{t('staffing.occupied')}</Table.Th>
                {expected.abandoned !== null && <Table.Th>{t('staffing.giveUp')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {erlang.around.map((one) => (
                <Table.Tr key={one.agents} data-chosen={one.agents === (given ?? erlang.agents) || undefined}>
                  <Table.Td className={classes.agents}>
                    {format.number(one.agents)}
                    {one.agents === erlang.agents && <span className={classes.sign}>{t('staffing.enough')}</span>}
                  </Table.Td>
                  <Table.Td data-missed={one.service_level < target || undefined}>{format.percentTenths(one.service_level)}</Table.Td>
                  <Table.Td>{wait(one.asa_s)}</Table.Td>
                  <Table.Td>{format.percentTenths(one.occupancy)}</Table.Td>
                  {expected.abandoned !== null && (
                    <Table.Td>{one.abandoned === null ? t('targets.noCalls') : format.percentTenths(one.abandoned)}</Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Surface>
    </>
  );
}
