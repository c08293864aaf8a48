import { Avatar } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';

/** The letters of a name, for people and companies alike; a telephone for who is only a number. */
export function Initials({ name, size = 32, company = false }: { name: string; size?: number; company?: boolean }) {
  const words = name
    .replace(/[^\p{L} ]/gu, ' ')
    .split(' ')
    .filter(Boolean);
  const letters = ((words[0]?.[0] ?? '') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toLocaleUpperCase();
  return (
    <Avatar
      size={size}
      radius={company ? 'md' : 999}
      color="accent"
      aria-hidden
      styles={{ placeholder: { fontSize: size * 0.38, fontWeight: 600 } }}
    >
      {letters || <IconPhone size={size * 0.45} stroke={1.6} />}
    </Avatar>
  );
}
