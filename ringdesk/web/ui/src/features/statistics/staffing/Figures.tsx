import { SimpleGrid, Text } from '@mantine/core';
import { Surface } from '@/shared/ui/Surface';
import classes from './Figures.module.css';

interface Figure {
  name: string;
  value: string;
  hint?: string;
}

/** A few numbers, large. */
export function Figures({ of }: { of: Figure[] }) {
  return (
    <SimpleGrid cols={{ base: 2, md: of.length }} spacing="md">
      {of.map(({ name, value, hint }) => (
        <Surface key={name}>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <div className={classes.value}>{value}</div>
          {hint && (
            <Text size="xs" c="dimmed">
              {hint}
            </Text>
          )}
        </Surface>
      ))}
    </SimpleGrid>
  );
}
