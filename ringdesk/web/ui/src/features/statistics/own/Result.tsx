import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pbxNow } from '@/shared/time/clock';
import type { Catalogue } from '../api/catalogue';
import { Frame } from '../Frame';
import { Notes } from '../Notes';
import type { OwnReport } from './api/own-reports';
import { ownResultQuery } from './api/result';
import { drawingFor, queryOf } from './definition';
import { OwnChart, OwnTable } from './Drawn';
import { keysOf } from '../charts/series';

/** An own report as it is now. */
export function Result({ own, catalogue }: { own: OwnReport; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const { definition } = own;
  const query = useQuery(ownResultQuery(own.id));
  const [sort, setSort] = useState(definition.sort);
  const asked = queryOf(definition, catalogue.timezone, pbxNow());
  const drawn = query.data === undefined || keysOf(query.data).length === 0 || drawingFor(query.data, definition.chart) !== null;
  return (
    <Stack gap="md">
      {query.data && <Notes report={query.data} />}
      {drawn && (
        <Frame query={query} label={t('own.picture')}>
          {(report) => <OwnChart report={report} query={asked} chart={definition.chart} />}
        </Frame>
      )}
      {(query.data === undefined || keysOf(query.data).length > 0) && (
        <Frame query={query} flush label={own.name}>
          {(report) => <OwnTable report={report} query={asked} sort={sort} onSort={setSort} stale={query.isPlaceholderData} />}
        </Frame>
      )}
    </Stack>
  );
}
