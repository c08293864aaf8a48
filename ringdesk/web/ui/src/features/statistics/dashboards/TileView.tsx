import { Text } from '@mantine/core';
import { IconReportOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { pbxNow } from '@/shared/time/clock';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import type { Catalogue } from '../api/catalogue';
import type { Report } from '../api/report';
import { keysOf } from '../charts/series';
import type { OwnReport } from '../own/api/own-reports';
import { ownResultQuery } from '../own/api/result';
import { drawingFor, queryOf } from '../own/definition';
import { OwnChart, OwnTable } from '../own/Drawn';
import { useValues } from '../values';
import classes from './TileView.module.css';

const HEIGHT = 220; // px of a chart

interface Props {
  /** Undefined: it is not there any more, or not shared with who looks. */
  own: OwnReport | undefined;
  name: string;
  catalogue: Catalogue;
  tools?: ReactNode;
}

/** One report on a dashboard. */
export function TileView({ own, name, catalogue, tools }: Props) {
  const { t } = useTranslation();
  const title = own ? (
    <Link to="/statistics/own/$reportId" params={{ reportId: own.id }} className={classes.name}>
      {name}
    </Link>
  ) : (
    name
  );
  return (
    <Surface label={name} title={title} aside={tools} className={classes.tile}>
      {own ? (
        <Content own={own} catalogue={catalogue} />
      ) : (
        <Nothing icon={<IconReportOff stroke={1.5} />} title={t('dashboards.gone')} hint={t('dashboards.goneHint')} />
      )}
    </Surface>
  );
}

function Content({ own, catalogue }: { own: OwnReport; catalogue: Catalogue }) {
  const query = useQuery(ownResultQuery(own.id));
  const { data } = query;
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!data) return <Loading lines={5} height={24} />;
  const { chart, sort } = own.definition;
  const asked = queryOf(own.definition, catalogue.timezone, pbxNow());
  const drawn = keysOf(data).length === 0 || drawingFor(data, chart) !== null;
  return (
    <>
      <Of report={data} />
      {drawn ? (
        <OwnChart report={data} query={asked} chart={chart} height={HEIGHT} />
      ) : (
        <OwnTable report={data} query={asked} sort={sort} maxHeight={HEIGHT + 60} />
      )}
    </>
  );
}

/** Of which days. */
function Of({ report }: { report: Report }) {
  const values = useValues(report.timezone);
  return (
    <Text size="xs" c="dimmed" mb="xs">
      {values.period(report.from, report.to)}
    </Text>
  );
}
