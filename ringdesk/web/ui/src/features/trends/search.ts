export const SPANS = [4, 8, 13, 26]; // weeks
export const USUAL_SPAN = 8; // weeks; the server's own

/** The trends page as it stands in the address. */
export interface TrendSearch {
  view?: 'phrases' | 'topics';
  weeks?: number;
  queue?: string;
}

export function parseTrendSearch(raw: Record<string, unknown>): TrendSearch {
  const found: TrendSearch = {
    view: (['phrases', 'topics'] as const).find((view) => view === raw.view),
    weeks: SPANS.find((weeks) => weeks === Number(raw.weeks)),
    queue: typeof raw.queue === 'string' && raw.queue ? raw.queue.slice(0, 128) : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
