import { api, body, type Schemas } from '@/shared/api/client';

export type AudioLink = Schemas['AudioLink'];

/** An address of the audio that works for some minutes without a login. Asking for one is what the log calls listening. */
export function makeLink(id: number, download = false): Promise<AudioLink> {
  return body(api.POST('/api/v1/recordings/{id}/link', { params: { path: { id } }, body: { download } }));
}
