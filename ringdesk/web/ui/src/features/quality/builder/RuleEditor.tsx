import { NumberInput, Select, SimpleGrid, Stack, TagsInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isMeasure, type Kind, type MeasureKind, MEASURES, UNIT } from './draft';
import { pathOf, type Place } from './form';

const MOST_PHRASES = 100;
const HOUR = 3600; // s; longer than the part of a call that anybody looks at

/** How a question is answered: what must be heard, measured or done, or that a person says. */
export function RuleEditor(place: Place) {
  const { t } = useTranslation();
  const { form, question } = place;
  const path = `${pathOf(place)}.rule`;
  const { kind } = question.rule;
  const choice = (value: Kind) => ({ value, label: t(`scorecards.kind.${value}`) });
  return (
    <Stack gap="sm">
      <Select
        label={t('scorecards.answeredBy')}
        allowDeselect={false}
        maxDropdownHeight={420}
        data={[
          { group: t('scorecards.kindGroup.heard'), items: [choice('says')] },
          { group: t('scorecards.kindGroup.measured'), items: MEASURES.map(choice) },
          { group: t('scorecards.kindGroup.done'), items: [choice('wrap_up')] },
          { group: t('scorecards.kindGroup.person'), items: [choice('person')] },
        ]}
        {...form.getInputProps(`${path}.kind`)}
      />
      {kind === 'says' && <SaysEditor {...place} />}
      {isMeasure(kind) && <MeasureEditor {...place} kind={kind} />}
      {(kind === 'wrap_up' || kind === 'person') && (
        <Text size="sm" c="dimmed">
          {t(`scorecards.explain.${kind}`)}
        </Text>
      )}
    </Stack>
  );
}

function SaysEditor(place: Place) {
  const { t } = useTranslation();
  const { form, question } = place;
  const path = `${pathOf(place)}.rule`;
  const { rule } = question;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label={t('scorecards.says.who')}
          allowDeselect={false}
          data={(['agent', 'customer'] as const).map((value) => ({ value, label: t(`scorecards.says.${value}`) }))}
          {...form.getInputProps(`${path}.who`)}
        />
        <Select
          label={t('scorecards.says.what')}
          allowDeselect={false}
          data={[
            { value: 'says', label: t('scorecards.says.once') },
            { value: 'never', label: t('scorecards.says.never') },
          ]}
          value={rule.never ? 'never' : 'says'}
          onChange={(value) => form.setFieldValue(`${path}.never`, value === 'never')}
        />
      </SimpleGrid>
      <TagsInput
        label={t('scorecards.says.phrases')}
        description={t('scorecards.says.phrasesHint')}
        placeholder={rule.phrases.length ? undefined : t('scorecards.says.phrasesExample')}
        maxTags={MOST_PHRASES}
        maxLength={200}
        acceptValueOnBlur
        {...form.getInputProps(`${path}.phrases`)}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Seconds label={t('scorecards.says.withinFirst')} {...form.getInputProps(`${path}.within_first`)} />
        <Seconds label={t('scorecards.says.withinLast')} {...form.getInputProps(`${path}.within_last`)} />
      </SimpleGrid>
      <TagsInput
        label={t(`scorecards.says.after.${rule.who}`)}
        description={t('scorecards.says.afterHint')}
        placeholder={rule.after.length ? undefined : t('scorecards.says.anywhere')}
        maxTags={MOST_PHRASES}
        maxLength={200}
        acceptValueOnBlur
        {...form.getInputProps(`${path}.after`)}
      />
      {rule.after.length > 0 && (
        <Seconds
          w={{ base: '100%', xs: '50%' }}
          label={t('scorecards.says.afterSeconds')}
          {...form.getInputProps(`${path}.after_seconds`)}
        />
      )}
    </>
  );
}

function Seconds(props: Partial<React.ComponentProps<typeof NumberInput>>) {
  const { t } = useTranslation();
  return (
    <NumberInput
      placeholder={t('scorecards.says.anywhere')}
      suffix={t('scorecards.unit.seconds')}
      min={0}
      max={HOUR * 10}
      step={5}
      {...props}
    />
  );
}

function MeasureEditor({ kind, ...place }: Place & { kind: MeasureKind }) {
  const { t } = useTranslation();
  const { form } = place;
  const path = `${pathOf(place)}.rule`;
  const suffix = t(`scorecards.unit.${UNIT[kind]}`);
  const lowest = kind === 'politeness' ? undefined : 0;
  const highest = kind === 'talk_share' ? 100 : undefined;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t(`scorecards.explain.${kind}`)}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <NumberInput
          label={t('scorecards.least')}
          placeholder={t('scorecards.noBound')}
          suffix={suffix}
          min={lowest}
          max={highest}
          {...form.getInputProps(`${path}.least`)}
        />
        <NumberInput
          label={t('scorecards.most')}
          placeholder={t('scorecards.noBound')}
          suffix={suffix}
          min={lowest}
          max={highest}
          {...form.getInputProps(`${path}.most`)}
        />
      </SimpleGrid>
    </>
  );
}
