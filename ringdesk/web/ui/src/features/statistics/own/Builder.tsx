import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pbxNow } from '@/shared/time/clock';
import { Confirm } from '@/shared/ui/Confirm';
import { useProblemText } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import type { Catalogue } from '../api/catalogue';
import { reportQuery } from '../api/report';
import { Notes } from '../Notes';
import { type OwnReport, useSaveOwnReport } from './api/own-reports';
import { BuilderPanel, type Draft } from './BuilderPanel';
import classes from './Builder.module.css';
import { queryOf } from './definition';
import { OwnChart, OwnTable } from './Drawn';

interface Props {
  /** The one that is changed; a new one without. */
  id: number | null;
  initial: Draft;
  catalogue: Catalogue;
  onSaved: (report: OwnReport) => void;
  onCancel: () => void;
}

/** An own report is put together here, and shown at once. */
export function Builder({ id, initial, catalogue, onSaved, onCancel }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const save = useSaveOwnReport();
  const [draft, setDraft] = useState(initial);
  const [nameless, setNameless] = useState(false);
  const item = catalogue.items.find((one) => one.name === draft.definition.report);
  const dirty = JSON.stringify(draft) !== JSON.stringify(initial);
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  const submit = () => {
    const name = draft.name.trim();
    setNameless(!name);
    if (!name) return document.getElementById('own-report-name')?.focus();
    save.mutate({ id, report: { ...draft, name } }, { onSuccess: onSaved });
  };
  if (!item)
    return (
      <Surface>
        <Nothing icon={<IconTable stroke={1.5} />} title={t('own.noSubject')} hint={t('own.noSubjectHint')} />
      </Surface>
    );
  return (
    <form
      noValidate
      data-dirty={dirty || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={classes.columns}>
        <Surface label={t('own.building')}>
          <BuilderPanel
            draft={draft}
            onChange={setDraft}
            catalogue={catalogue}
            item={item}
            nameError={nameless && !draft.name.trim() ? t('own.nameMissing') : undefined}
          />
        </Surface>
        <Preview
          draft={draft}
          zone={catalogue.timezone}
          onSort={(sort) => setDraft({ ...draft, definition: { ...draft.definition, sort } })}
        />
      </div>
      <Group className={classes.bar} justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {id !== null && !dirty ? t('own.saved') : t('own.unsaved')}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={id !== null && !dirty}>
            {id === null ? t('own.create') : t('common.save')}
          </Button>
        </Group>
      </Group>
      {save.error && (
        <Alert color="red" role="alert" mt="sm">
          {tell(save.error)}
        </Alert>
      )}
      <Confirm
        opened={blocker.status === 'blocked'}
        title={t('scorecards.leave.title')}
        text={t('own.leaveText')}
        action={t('scorecards.leave.action')}
        danger
        working={false}
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
      />
    </form>
  );
}

function Preview({ draft: { definition }, zone, onSort }: { draft: Draft; zone: string; onSort: (sort: string) => void }) {
  const { t } = useTranslation();
  const asked = queryOf(definition, zone, pbxNow());
  const query = useQuery(reportQuery(definition.report, asked));
  const report = query.data;
  // What is still shown of another subject would be drawn with measures it does not have.
  const shown = report && report.report === definition.report ? report : undefined;
  return (
    <Stack gap="md" miw={0}>
      {shown && <Notes report={shown} />}
      <Surface title={t('own.preview')} label={t('own.preview')}>
        {query.error ? (
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        ) : shown ? (
          <div style={query.isPlaceholderData ? { opacity: 0.6 } : undefined} aria-busy={query.isPlaceholderData}>
            <OwnChart report={shown} chart={definition.chart} />
            <OwnTable report={shown} sort={definition.sort} onSort={onSort} maxHeight={420} />
          </div>
        ) : (
          <Loading lines={8} height={24} />
        )}
      </Surface>
    </Stack>
  );
}
