import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { type Scorecard, versionsQuery } from '../api/scorecards';
import { type Change, changes } from './changes';
import { type CardDraft, draftOf } from './draft';
import classes from './Versions.module.css';

interface Props {
  card: Scorecard;
  /** Brings an older one back into the form; it is a new version once saved. */
  onRestore: (draft: CardDraft) => void;
}

/** Every version there was, with what it changed. */
export function Versions({ card, onRestore }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const { data: versions, error, refetch } = useQuery(versionsQuery(card.id));
  return (
    <Surface title={t('scorecards.versions.title')}>
      {error && !versions ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!versions && !error && <Loading lines={3} />}
      <ol className={classes.list} reversed start={versions?.[0]?.version}>
        {versions?.map((version, i) => {
          const before = versions[i + 1];
          return (
            <li key={version.version} className={classes.version}>
              <Group justify="space-between" gap="xs" wrap="nowrap">
                <Text size="sm" fw={600}>
                  {t('scorecards.versions.one', { n: version.version })}
                </Text>
                {i > 0 && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={t('scorecards.versions.restoreOf', { n: version.version })}
                    onClick={() => onRestore(draftOf(version))}
                  >
                    {t('scorecards.versions.restore')}
                  </Button>
                )}
              </Group>
              <Text size="xs" c="dimmed">
                {[version.changed_by?.name, format.moment(version.changed_at)].filter(Boolean).join(' · ')}
              </Text>
              <Stack gap={2} mt={4} component="ul" className={classes.changes}>
                {before ? (
                  changes(before.definition, version.definition).map((change, n) => <OneChange key={n} change={change} />)
                ) : (
                  <Text component="li" size="xs">
                    {t('scorecards.versions.first')}
                  </Text>
                )}
              </Stack>
            </li>
          );
        })}
      </ol>
    </Surface>
  );
}

function OneChange({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <Text component="li" size="xs">
      {said()}
    </Text>
  );

  function said(): string {
    switch (change.kind) {
      case 'weight':
        return t('scorecards.change.weight', { text: change.text, from: change.from, to: change.to });
      case 'auto_fail':
      case 'allow_na':
        return t(`scorecards.change.${change.kind}.${change.on ? 'on' : 'off'}`, { text: change.text });
      case 'pass_mark':
        return t('scorecards.change.pass_mark', { from: change.from, to: change.to });
      case 'least_confidence':
        return t('scorecards.change.least_confidence', { from: Math.round(change.from * 100), to: Math.round(change.to * 100) });
      case 'name':
      case 'scope':
      case 'sections':
      case 'order':
        return t(`scorecards.change.${change.kind}`);
      default:
        return t(`scorecards.change.${change.kind}`, { text: change.text });
    }
  }
}
