import { useEffect, useSyncExternalStore } from 'react';
import { saveNote } from './api/save-note';
import { Autosave, type Written } from './autosave';

/** One autosave a call, which outlives the card's being out of sight: a text that is on its way is still saved. */
const notes = new Map<string, Autosave>();

/** One's own note on a call. `written` is what the server has. */
export function useCallNote(userId: number, callId: string, written: Written) {
  const key = `ringdesk.note.${userId}.${callId}`;
  let note = notes.get(key);
  if (!note) {
    const save = async (text: string) => (await saveNote(callId, text)).note?.updated_at ?? null;
    note = new Autosave({ initial: written, save, draft: stored(key) });
    notes.set(key, note);
  }
  const autosave = note;
  useEffect(() => autosave.adopt(written), [autosave, written]); // `adopt` looks at the time, so an equal one does no harm
  useEffect(() => {
    window.addEventListener('pagehide', autosave.flush);
    return () => {
      window.removeEventListener('pagehide', autosave.flush);
      autosave.flush();
    };
  }, [autosave]);
  const { text, state } = useSyncExternalStore(autosave.subscribe, autosave.read);
  return { text, state, edit: (value: string) => autosave.edit(value), flush: autosave.flush };
}

function stored(key: string) {
  const quietly = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch {
      return null; // storage is off or full: the text is still in the page
    }
  };
  return {
    read: () => quietly(() => sessionStorage.getItem(key)),
    write: (text: string) => void quietly(() => sessionStorage.setItem(key, text)),
    clear: () => void quietly(() => sessionStorage.removeItem(key)),
  };
}
