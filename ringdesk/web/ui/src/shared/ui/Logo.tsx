/** Its name, which no language translates. */
export const NAME = 'Ringdesk';

/** A desk bell. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--mantine-color-accent-6)" />
      <path d="M9.5 21.5v-6.2a6.5 6.5 0 0 1 13 0v6.2" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M6.8 22h18.4" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="16" cy="6.6" r="1.7" fill="#fff" />
    </svg>
  );
}
