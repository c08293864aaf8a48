import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { templatesQuery } from '@/features/quality/api/scorecards';
import { ScorecardList } from '@/features/quality/ScorecardList';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

export function ScorecardsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('scorecards.title')} hint={t('scorecards.hint')} actions={<Begin />}>
      <Surface flush label={t('scorecards.title')}>
        <ScorecardList begin={<Begin />} />
      </Surface>
    </Page>
  );
}

/** A new one, empty or from what others began with. */
function Begin() {
  const { t } = useTranslation();
  const { data: templates } = useQuery(templatesQuery);
  if (!templates?.length)
    return (
      <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link {...props} to="/quality/scorecards/new" />}>
        {t('scorecards.new')}
      </Button>
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />} rightSection={<IconChevronDown size={14} />}>
          {t('scorecards.new')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item renderRoot={(props) => <Link {...props} to="/quality/scorecards/new" />}>{t('scorecards.empty')}</Menu.Item>
        <Menu.Label>{t('scorecards.fromTemplate')}</Menu.Label>
        {templates.map((template, i) => (
          <Menu.Item
            key={template.name}
            renderRoot={(props) => <Link {...props} to="/quality/scorecards/new" search={{ template: i + 1 }} />}
          >
            {template.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
