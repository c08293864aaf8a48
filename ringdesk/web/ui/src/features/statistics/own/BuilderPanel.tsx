import { MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Choice } from '@/shared/ui/Choice';
import type { Catalogue, CatalogueItem } from '../api/catalogue';
import { FilterBar } from '../FilterBar';
import type { Definition } from './api/own-reports';
import { adapted, CHARTS, drawable, MOST_DIMENSIONS, toSearch, withChart, withSearch } from './definition';
import { MeasurePicker } from './MeasurePicker';
import { type Sharing, SharingSelect } from './SharedWith';

/** An own report while it is put together. */
export interface Draft extends Sharing {
  name: string;
  definition: Definition;
}

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  catalogue: Catalogue;
  item: CatalogueItem;
  /** It cannot be saved without a name. */
  nameError?: string;
}

/** What it is about, which numbers, split by what, when, of whom, and how it is drawn. */
export function BuilderPanel({ draft, onChange, catalogue, item, nameError }: Props) {
  const { t } = useTranslation();
  const { definition } = draft;
  const change = (by: Partial<Definition>) => onChange({ ...draft, definition: { ...definition, ...by } });
  const charts = CHARTS.filter((chart) => drawable(withChart(definition, chart, item).chart, withChart(definition, chart, item).interval))
    .filter((chart) => withChart(definition, chart, item).chart === chart)
    .map((value) => ({ value, label: t(`own.chart.${value}`) }));
  return (
    <Stack gap="md">
      <TextInput
        id="own-report-name"
        label={t('own.name')}
        placeholder={t('own.nameExample')}
        required
        maxLength={128}
        autoComplete="off"
        error={nameError}
        value={draft.name}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
      />
      <div>
        <Select
          label={t('own.subject')}
          allowDeselect={false}
          searchable
          nothingFoundMessage={t('common.noMatch')}
          data={catalogue.items.map(({ name, title }) => ({ value: name, label: title }))}
          value={definition.report}
          onChange={(name) => {
            const next = catalogue.items.find((one) => one.name === name);
            if (next && next.name !== definition.report) onChange({ ...draft, definition: adapted(definition, next) });
          }}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {item.help}
        </Text>
      </div>
      <MeasurePicker known={item.measures} chosen={definition.measures} onChange={(measures) => change({ measures })} />
      <MultiSelect
        label={t('own.dimensions')}
        description={t('own.dimensionsHint')}
        placeholder={definition.dimensions.length > 0 ? undefined : t('own.dimensionsUsual')}
        data={item.dimensions.map(({ name, label }) => ({ value: name, label }))}
        maxValues={MOST_DIMENSIONS}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        value={definition.dimensions}
        onChange={(dimensions) => change({ dimensions })}
      />
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t('own.narrowed')}
        </Text>
        <FilterBar
          search={toSearch(definition)}
          onChange={(by) => onChange({ ...draft, definition: withSearch(definition, by) })}
          zone={catalogue.timezone}
          firstDay={catalogue.first_day}
          known={item.filters}
          intervals={item.intervals}
          interval={definition.interval}
          zoned={false}
        />
      </div>
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t('own.drawnAs')}
        </Text>
        <Choice
          label={t('own.drawnAs')}
          data={charts}
          value={definition.chart}
          onChange={(chart) => onChange({ ...draft, definition: withChart(definition, chart, item) })}
        />
      </div>
      <SharingSelect value={draft} onChange={(sharing) => onChange({ ...draft, ...sharing })} />
    </Stack>
  );
}
