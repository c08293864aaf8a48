import { Badge, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  tags: string[];
  /** Shows so many, and the number of the others. */
  most?: number;
  onTag?: (tag: string) => void;
}

export function Tags({ tags, most = 50, onTag }: Props) {
  const { t } = useTranslation();
  if (tags.length === 0) return null;
  const more = tags.length - most;
  return (
    <Group gap={4}>
      {tags.slice(0, most).map((tag) =>
        onTag ? (
          <Badge
            key={tag}
            component="button"
            type="button"
            aria-label={t('customers.filterByTag', { tag })}
            onClick={(event) => {
              event.stopPropagation();
              onTag(tag);
            }}
          >
            {tag}
          </Badge>
        ) : (
          <Badge key={tag}>{tag}</Badge>
        ),
      )}
      {more > 0 && <Badge variant="transparent">+{more}</Badge>}
    </Group>
  );
}
