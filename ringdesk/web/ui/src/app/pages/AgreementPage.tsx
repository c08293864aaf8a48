import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Agreement } from '@/features/quality/Agreement';
import { scorecardsQuery } from '@/features/quality/api/scorecards';
import { Page } from '@/shared/ui/Page';

export function AgreementPage() {
  const { t } = useTranslation();
  const { data: cards } = useQuery(scorecardsQuery);
  const [card, setCard] = useState<string | null>(null);
  return (
    <Page
      title={t('agreement.title')}
      hint={t('agreement.hint')}
      actions={
        <Select
          aria-label={t('agreement.scorecard')}
          placeholder={t('agreement.allScorecards')}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={cards?.map((one) => ({ value: String(one.id), label: one.definition.name })) ?? []}
          value={card}
          onChange={setCard}
          w={240}
        />
      }
    >
      <Agreement scorecardId={card === null ? undefined : Number(card)} />
    </Page>
  );
}
