import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { NAME } from './Logo';
import classes from './Page.module.css';

interface Props {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  /** Before the title. */
  picture?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}

/** The frame of every page: what it is, what can be done here, and the content. */
export function Page({ title, hint, actions, picture, narrow, children }: Props) {
  usePageTitle(title);
  return (
    <Stack gap="lg" className={narrow ? classes.narrow : classes.page}>
      <Group justify="space-between" align="flex-end" gap="md">
        <Group gap="md" wrap="nowrap">
          {picture}
          <div>
            <Title order={1}>{title}</Title>
            {hint !== undefined && (
              <Text c="dimmed" size="sm" mt={2}>
                {hint}
              </Text>
            )}
          </div>
        </Group>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

let base: string = NAME;
let ringing = '';

/** The name of the page that is open; the title of a ringing call goes before it. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    base = title ? `${title} · ${NAME}` : NAME;
    announceTitle(ringing);
  }, [title]);
}

/** Who calls, before the name of the page; nothing ends it. */
export function announceTitle(call: string): void {
  ringing = call;
  document.title = call ? `${call} · ${base}` : base;
}
