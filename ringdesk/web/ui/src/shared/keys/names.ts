const apple = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);

export const KEY_NAMES: Record<string, string> = { mod: apple ? '⌘' : 'Ctrl', space: 'Space', left: '←', right: '→' };
