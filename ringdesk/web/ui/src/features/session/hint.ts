const KEY = 'ringdesk.signed-in';

/** The cookie is not for scripts to see; this saves a visitor without one a request that can only be refused. */
export function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(KEY) === '1';
  } catch {
    return true;
  }
}

export function noteSignedIn(yes: boolean): void {
  try {
    if (yes) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    // storage is off: `mayBeSignedIn` asks the server then
  }
}
