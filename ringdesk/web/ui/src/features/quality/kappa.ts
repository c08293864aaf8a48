/** How a kappa is usually read (Landis and Koch, 1977). */
export const LEVELS = ['none', 'slight', 'fair', 'moderate', 'substantial', 'almost_perfect'] as const;
export type Level = (typeof LEVELS)[number];

export function levelOf(kappa: number): Level {
  if (kappa <= 0) return 'none';
  if (kappa <= 0.2) return 'slight';
  if (kappa <= 0.4) return 'fair';
  if (kappa <= 0.6) return 'moderate';
  if (kappa <= 0.8) return 'substantial';
  return 'almost_perfect';
}
