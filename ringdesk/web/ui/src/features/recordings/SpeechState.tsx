import { Alert, Badge, Code, Group, Stack, Text } from '@mantine/core';
import { IconBrain } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { speechQuery } from './api/speech';
import classes from './Comments.module.css';

const FETCH = 'ringdesk models fetch en-us';

/** Who listens here: the models, and what waits for them. */
export function SpeechState() {
  const { t } = useTranslation();
  const format = useFormats();
  const { data: speech, error, refetch } = useQuery({ ...speechQuery, refetchInterval: 15_000 });
  return (
    <Surface
      title={t('recordings.speech.title')}
      aside={
        speech && <Badge color={speech.workers > 0 ? 'green' : 'gray'}>{t('recordings.speech.workers', { count: speech.workers })}</Badge>
      }
    >
      {error && !speech ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!speech && !error && <Loading lines={3} />}
      {speech && (
        <Stack gap="md">
          <Text size="sm">
            {t('recordings.speech.waiting', { count: speech.waiting, shown: format.number(speech.waiting) })}
            {speech.no_model > 0 && ` ${t('recordings.speech.noModel', { count: speech.no_model, shown: format.number(speech.no_model) })}`}
          </Text>
          {speech.models.length === 0 ? (
            <Alert color="yellow" icon={<IconBrain size={18} />} title={t('recordings.speech.none')}>
              {t('recordings.speech.noneHint')} <Code>{FETCH}</Code>
            </Alert>
          ) : (
            <ul className={classes.list}>
              {speech.models.map((model) => (
                <li key={model.path}>
                  <Group justify="space-between" gap="xs" wrap="nowrap">
                    <div>
                      <Text size="sm" fw={550}>
                        {[model.language && format.language(model.language), model.name].filter(Boolean).join(' · ')}
                      </Text>
                      <Text size="xs" c="dimmed" className={classes.text}>
                        {model.path}
                      </Text>
                    </div>
                    <Text size="xs" c="dimmed" className={classes.nowrap}>
                      {format.bytes(model.size)}
                    </Text>
                  </Group>
                </li>
              ))}
            </ul>
          )}
          <Text size="xs" c="dimmed">
            {t('recordings.speech.more')} <Code>{FETCH}</Code>
          </Text>
        </Stack>
      )}
    </Surface>
  );
}
