import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { scorecardQuery, templatesQuery } from '@/features/quality/api/scorecards';
import { draftOf, emptyCard, toDraft } from '@/features/quality/builder/draft';
import { ScorecardBuilder } from '@/features/quality/builder/ScorecardBuilder';
import { queuesQuery } from '@/features/queues/api/queues';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const shown = getRouteApi('/signed-in/quality/scorecards/$scorecardId');
const made = getRouteApi('/signed-in/quality/scorecards/new');

export function ScorecardPage() {
  const { t } = useTranslation();
  const { scorecardId } = shown.useParams();
  const { data: card, error, refetch } = useQuery(scorecardQuery(scorecardId));
  const { data: queues } = useQuery(queuesQuery);
  return (
    <Page title={card?.definition.name ?? t('scorecards.editing')} hint={card && t('scorecards.versions.one', { n: card.version })}>
      {error && !card ? (
        <Surface>
          <Failed error={error} onRetry={() => void refetch()} />
        </Surface>
      ) : null}
      {!card && !error && (
        <Surface>
          <Loading lines={8} height={28} />
        </Surface>
      )}
      {card && (
        <ScorecardBuilder
          key={card.id}
          card={card}
          initial={draftOf(card)}
          queues={queues?.map((queue) => queue.name) ?? []}
          onSaved={() => undefined}
        />
      )}
    </Page>
  );
}

export function ScorecardNewPage() {
  const { t } = useTranslation();
  const { template } = made.useSearch();
  const navigate = useNavigate();
  const { data: templates, isPending } = useQuery({ ...templatesQuery, enabled: template !== undefined });
  const { data: queues } = useQuery(queuesQuery);
  const chosen = template === undefined ? undefined : templates?.[template - 1];
  const [blank] = useState(emptyCard);
  const waits = template !== undefined && isPending;
  return (
    <Page title={t('scorecards.new')}>
      {waits ? (
        <Surface>
          <Loading lines={8} height={28} />
        </Surface>
      ) : (
        <ScorecardBuilder
          key={template ?? 0}
          initial={chosen ? toDraft(chosen, true) : blank}
          queues={queues?.map((queue) => queue.name) ?? []}
          onSaved={(card) =>
            void navigate({
              to: '/quality/scorecards/$scorecardId',
              params: { scorecardId: card.id },
              replace: true,
              ignoreBlocker: true,
            })
          }
        />
      )}
    </Page>
  );
}
