export const OWN_VIEWS = ['reports', 'dashboards', 'letters'] as const;

/** The page of own reports as it stands in the address. */
export interface OwnSearch {
  view?: (typeof OWN_VIEWS)[number];
}

export function parseOwnSearch(raw: Record<string, unknown>): OwnSearch {
  const view = OWN_VIEWS.find((one) => one === raw.view);
  return view && view !== 'reports' ? { view } : {};
}

/** A report that is begun: of which subject, or as a copy of which other one. */
export interface NewSearch {
  subject?: string;
  copy?: number;
}

export function parseNewSearch(raw: Record<string, unknown>): NewSearch {
  const copy = Number(raw.copy);
  return {
    ...(typeof raw.subject === 'string' && raw.subject && { subject: raw.subject.slice(0, 64) }),
    ...(Number.isInteger(copy) && copy > 0 && { copy }),
  };
}
