import { api, body } from '@/shared/api/client';

/** One's note on a call; an empty text removes it. Called by the autosave, one after the other. */
export function saveNote(callId: string, text: string) {
  return body(api.PUT('/api/v1/calls/{id}/note', { params: { path: { id: callId } }, body: { body: text } }));
}
