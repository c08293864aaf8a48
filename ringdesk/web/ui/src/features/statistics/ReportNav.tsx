import { ScrollArea } from '@mantine/core';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from './api/catalogue';
import classes from './ReportNav.module.css';
import { shared, type StatSearch } from './search';

/** From report to report: period and filters go along. */
export function ReportNav({ items, search }: { items: CatalogueItem[]; search: StatSearch }) {
  const { t } = useTranslation();
  const kept = shared(search);
  const overview = useParams({ strict: false }).report === 'overview';
  const { pathname } = useLocation();
  const viewport = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone they are one row that is wider than the screen.
    const row = viewport.current;
    const active = row?.querySelector<HTMLElement>('[data-status="active"]');
    if (row && active) row.scrollLeft = active.offsetLeft - (row.clientWidth - active.offsetWidth) / 2;
  }, [pathname, items]);
  return (
    <nav aria-label={t('statistics.reports')}>
      <ScrollArea type="never" offsetScrollbars={false} viewportRef={viewport}>
        <ul className={classes.list}>
          <li>
            <Link
              to="/statistics"
              search={kept}
              className={classes.link}
              activeOptions={{ exact: true, includeSearch: false }}
              {...(overview && { 'data-status': 'active', 'aria-current': 'page' as const })}
            >
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
