import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Report, ReportColumn, ReportQuery } from './api/report';
import { behindOf } from './behind';
import { Difference } from './Difference';
import classes from './Figures.module.css';
import { HelpButton } from './HelpButton';
import { numeric, useValues } from './values';

interface Props {
  report: Report;
  /** The request that the report answers: what leads from a count to its calls. */
  query?: ReportQuery;
  /** These only, in this order; all of the report without. */
  names?: string[];
  label: string;
  /** Without a sheet of their own under each: they stand on one. */
  plain?: boolean;
}

/** The totals of a report, large: each with its definition and how it changed. */
export function Figures({ report, query, names, label, plain }: Props) {
  const columns = report.columns.filter((column) => !column.key);
  const shown = names ? names.flatMap((name) => columns.find((column) => column.name === name) ?? []) : columns;
  return (
    <dl className={classes.figures} aria-label={label} data-plain={plain}>
      {shown.map((column) => (
        <Figure key={column.name} report={report} query={query} column={column} />
      ))}
    </dl>
  );
}

function Figure({ report, query, column }: { report: Report; query?: ReportQuery; column: ReportColumn }) {
  const { t } = useTranslation();
  const values = useValues(report.timezone);
  const now = numeric(report.totals[column.name]);
  const before = report.previous ? numeric(report.previous.totals[column.name]) : null;
  const shown = now === null ? '–' : values.number(now, column.unit);
  const behind = query && behindOf(report, query, null, column);
  return (
    <div className={classes.figure} data-measure={column.name}>
      <dt className={classes.label}>
        {column.label} <HelpButton of={column} />
      </dt>
      <dd className={classes.value}>
        {behind ? (
          <Link
            to="/statistics/$report/calls"
            params={{ report: report.report }}
            search={{ ...behind, title: column.label }}
            className={classes.behind}
            aria-label={t('statistics.behind.open', { value: shown, title: column.label })}
          >
            {shown}
          </Link>
        ) : (
          shown
        )}
      </dd>
      {before !== null && (
        <dd className={classes.before}>
          <Difference column={column} now={now} before={before} values={values} />
          <Text span size="xs" c="dimmed">
            {t('statistics.was', { value: values.number(before, column.unit) })}
          </Text>
        </dd>
      )}
    </div>
  );
}
