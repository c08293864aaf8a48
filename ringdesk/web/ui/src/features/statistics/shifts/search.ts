/** The week and whose plan, as they stand in the address. */
export interface ShiftSearch {
  /** Its Monday. */
  week?: string;
  team?: number;
}

export function parseShiftSearch(raw: Record<string, unknown>): ShiftSearch {
  const { week } = raw;
  const team = Number(raw.team);
  return {
    ...(typeof week === 'string' && /^\d{4}-\d\d-\d\d$/.test(week) && !Number.isNaN(Date.parse(week)) && { week }),
    ...(Number.isInteger(team) && team > 0 && { team }),
  };
}
