import { Checkbox, Group, NumberInput, SimpleGrid, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LanguageSelect } from '@/shared/ui/LanguageSelect';
import { Surface } from '@/shared/ui/Surface';
import type { Direction } from './draft';
import type { Form } from './form';

const DIRECTIONS: Direction[] = ['in', 'out', 'internal'];

/** The card's name, whose calls it judges, and what is enough. */
export function CardSettings({ form, queues }: { form: Form; queues: string[] }) {
  const { t } = useTranslation();
  return (
    <Surface
      title={t('scorecards.settings')}
      aside={<Switch label={t('scorecards.active')} {...form.getInputProps('active', { type: 'checkbox' })} />}
    >
      <Stack gap="md">
        <TextInput
          label={t('scorecards.name')}
          placeholder={t('scorecards.nameExample')}
          required
          maxLength={200}
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <TagsInput
            label={t('scorecards.queues')}
            description={t('scorecards.queuesHint')}
            placeholder={form.values.queues.length ? undefined : t('scorecards.allQueues')}
            data={queues}
            acceptValueOnBlur
            {...form.getInputProps('queues')}
          />
          <LanguageSelect
            label={t('scorecards.language')}
            description={t('scorecards.languageHint')}
            placeholder={t('scorecards.allLanguages')}
            {...form.getInputProps('language')}
            value={form.values.language}
          />
        </SimpleGrid>
        <Checkbox.Group
          label={t('scorecards.directions')}
          description={t('scorecards.directionsHint')}
          {...form.getInputProps('directions')}
        >
          <Group gap="md" mt={6}>
            {DIRECTIONS.map((value) => (
              <Checkbox key={value} value={value} label={t(`calls.direction.${value}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberInput
            label={t('scorecards.passMark')}
            description={t('scorecards.passMarkHint')}
            min={0}
            max={100}
            {...form.getInputProps('pass_mark')}
          />
          <NumberInput
            label={t('scorecards.leastConfidence')}
            description={t('scorecards.leastConfidenceHint')}
            min={0}
            max={100}
            suffix={t('scorecards.unit.percent')}
            {...form.getInputProps('least_confidence')}
          />
        </SimpleGrid>
      </Stack>
    </Surface>
  );
}
