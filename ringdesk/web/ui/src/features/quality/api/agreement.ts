import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Agreement = Schemas['AgreementView'];
export type AgreementRow = Schemas['AgreementRow'];
export type ReviewerRow = Schemas['ReviewerRow'];

/** How far reviewers and machine agree, on all scorecards or on one. */
export function agreementQuery(scorecardId?: number) {
  return queryOptions({
    queryKey: ['agreement', scorecardId ?? null],
    queryFn: ({ signal }) => body(api.GET('/api/v1/reviews/agreement', { params: { query: { scorecard_id: scorecardId } }, signal })),
    placeholderData: keepPreviousData,
  });
}
