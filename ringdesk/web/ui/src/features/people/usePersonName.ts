import { useQuery } from '@tanstack/react-query';
import { peopleQuery } from './api/people';

/** Names by id, for what carries only the id. Undefined for somebody who has left. */
export function usePersonName(): (id: number | null) => string | undefined {
  const { data } = useQuery(peopleQuery);
  return (id) => data?.find((p) => p.id === id)?.name;
}
