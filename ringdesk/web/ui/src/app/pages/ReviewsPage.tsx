import { Button, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconScale, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AgentSelect } from '@/features/people/PersonSelect';
import { ReviewRules } from '@/features/quality/ReviewRules';
import { ReviewsList } from '@/features/quality/ReviewsList';
import { type ReviewSearch, STATES, toReviewFilter } from '@/features/quality/search';
import { queuesQuery } from '@/features/queues/api/queues';
import { useMay } from '@/features/session/rights';
import { Choice } from '@/shared/ui/Choice';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/quality/reviews');

/** For supervisors what waits for them, for agents what was written about their calls. */
export function ReviewsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const reviewer = may('quality');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (by: Partial<ReviewSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true });
  const filter = toReviewFilter(search, reviewer);
  const states = STATES.filter((state) => reviewer || state !== 'open');
  return (
    <Page
      title={reviewer ? t('reviews.title') : t('reviews.mine')}
      hint={reviewer ? t('reviews.hint') : t('reviews.mineHint')}
      actions={reviewer ? <Tools /> : undefined}
    >
      <Group gap="sm">
        <Choice
          label={t('reviews.stateLabel')}
          value={filter.state ?? 'all'}
          onChange={(state) => change({ state })}
          data={[
            ...states.map((state) => ({ value: state, label: t(`reviews.state.${state}`) })),
            { value: 'all' as const, label: t('reviews.all') },
          ]}
        />
        {reviewer && (
          <AgentSelect
            aria-label={t('calls.filter.agent')}
            placeholder={t('calls.filter.agent')}
            value={search.agent ?? null}
            onChange={(id) => change({ agent: id ?? undefined })}
            w={200}
          />
        )}
      </Group>
      <Surface flush label={t('reviews.title')}>
        <ReviewsList filter={filter} own={!reviewer} onSort={(sort) => change({ sort })} />
      </Surface>
    </Page>
  );
}

function Tools() {
  const { t } = useTranslation();
  const [opened, rules] = useDisclosure(false);
  const { data: queues } = useQuery(queuesQuery);
  return (
    <>
      <Button variant="default" leftSection={<IconScale size={16} />} renderRoot={(props) => <Link {...props} to="/quality/agreement" />}>
        {t('nav.agreement')}
      </Button>
      <Button variant="default" leftSection={<IconSettings size={16} />} onClick={rules.open}>
        {t('reviews.rules.title')}
      </Button>
      <Drawer opened={opened} onClose={rules.close} position="right" size={460} title={t('reviews.rules.title')}>
        <ReviewRules queues={queues?.map((queue) => queue.name) ?? []} />
      </Drawer>
    </>
  );
}
