import { ScrollArea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from './api/catalogue';
import classes from './ReportNav.module.css';
import { shared, type StatSearch } from './search';

/** From report to report: period and filters go along. */
export function ReportNav({ items, search }: { items: CatalogueItem[]; search: StatSearch }) {
  const { t } = useTranslation();
  const kept = shared(search);
  return (
    <nav aria-label={t('statistics.reports')}>
      <ScrollArea type="never" offsetScrollbars={false}>
        <ul className={classes.list}>
          <li>
            <Link to="/statistics" search={kept} className={classes.link} activeOptions={{ exact: true, includeSearch: false }}>
              {t('statistics.overview.title')}
            </Link>
          </li>
          {items
            .filter((item) => item.name !== 'overview')
            .map((item) => (
              <li key={item.name}>
                <Link
                  to="/statistics/$report"
                  params={{ report: item.name }}
                  search={kept}
                  className={classes.link}
                  activeOptions={{ includeSearch: false }}
                >
                  {item.title}
                </Link>
              </li>
            ))}
          <li>
            <Link to="/statistics/changes" search={kept} className={classes.link} activeOptions={{ includeSearch: false }}>
              {t('statistics.changes.title')}
            </Link>
          </li>
        </ul>
      </ScrollArea>
    </nav>
  );
}
