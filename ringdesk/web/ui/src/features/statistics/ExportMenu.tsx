import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconChartBar,
  IconChevronDown,
  IconDownload,
  IconFileSpreadsheet,
  IconFileText,
  IconFileTypePdf,
  IconLink,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fileAddress, type ReportQuery } from './api/report';

const FILES = [
  ['pdf', IconFileTypePdf],
  ['xlsx', IconFileSpreadsheet],
  ['csv', IconFileText],
  ['png', IconChartBar],
] as const;

interface Props {
  report: string;
  query: ReportQuery;
  /** The address of this view with its days fixed, so that it shows the same tomorrow. */
  link?: string;
  /** Where its files are found, if not where every report's are. */
  address?: (format: 'csv' | 'xlsx' | 'pdf' | 'png') => string;
}

/** The same report as a file, and a link to exactly this view. */
export function ExportMenu({ report, query, link, address = (format) => fileAddress(report, query, format) }: Props) {
  const { t } = useTranslation();
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(link ?? '', window.location.href).href);
    notifications.show({ message: t('common.copied'), autoClose: 2500 });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} rightSection={<IconChevronDown size={14} />}>
          {t('statistics.export.label')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FILES.map(([format, Icon]) => (
          <Menu.Item key={format} component="a" href={address(format)} download leftSection={<Icon size={16} stroke={1.6} />}>
            {t(`statistics.export.${format}`)}
          </Menu.Item>
        ))}
        {link !== undefined && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLink size={16} stroke={1.6} />} onClick={() => void copy()}>
              {t('statistics.export.link')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
