import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Catalogue = Schemas['Catalogue'];
export type CatalogueItem = Schemas['CatalogueItem'];
export type MeasureInfo = Schemas['MeasureView'];

/** Which reports there are, every measure's definition, and the company's time zone. It changes with the program only. */
export const catalogueQuery = queryOptions({
  queryKey: ['statistics', 'catalogue'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) => body(api.GET('/api/v1/reports', { signal })),
});
