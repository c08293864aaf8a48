import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type User = Schemas['UserView'];
export type Role = Schemas['Role'];

/** Every account, active or not. */
export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/users', { signal })),
  select: (answer) => answer.items,
});
