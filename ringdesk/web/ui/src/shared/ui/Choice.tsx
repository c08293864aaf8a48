import { SegmentedControl, Select } from '@mantine/core';
import { useNarrow } from '../list/useNarrow';

interface Props<T extends string> {
  label: string;
  data: { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few: side by side where there is room, else as a list to open. */
export function Choice<T extends string>({ label, data, value, onChange }: Props<T>) {
  const narrow = useNarrow();
  const choose = (chosen: string | null) => {
    const found = data.find((one) => one.value === chosen);
    if (found) onChange(found.value);
  };
  return narrow ? (
    <Select aria-label={label} data={data} value={value} onChange={choose} allowDeselect={false} />
  ) : (
    <SegmentedControl aria-label={label} data={data} value={value} onChange={choose} />
  );
}
