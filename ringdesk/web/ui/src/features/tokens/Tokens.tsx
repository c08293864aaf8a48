import { ActionIcon, Alert, Button, Code, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconKey, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { type Token, tokensQuery, useMakeToken, useRevokeToken } from './api/tokens';
import classes from './Tokens.module.css';

/** One's tokens for programs: made here, shown once, ended here. */
export function Tokens() {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const { data: tokens, error, refetch } = useQuery(tokensQuery);
  const revoke = useRevokeToken();
  const [ending, setEnding] = useState<Token | null>(null);
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  return (
    <Stack gap="md">
      <Make />
      {!tokens && <Loading lines={3} />}
      {tokens?.length === 0 && <Nothing icon={<IconKey stroke={1.5} />} title={t('tokens.none')} hint={t('tokens.noneHint')} />}
      {tokens && tokens.length > 0 && (
        <ul className={classes.list}>
          {tokens.map((token) => (
            <Line key={token.id} token={token} onEnd={() => setEnding(token)} />
          ))}
        </ul>
      )}
      <Confirm
        opened={ending !== null}
        title={t('tokens.endTitle')}
        text={t('tokens.endText', { label: ending?.label ?? '' })}
        action={t('tokens.end')}
        danger
        working={revoke.isPending}
        onClose={() => setEnding(null)}
        onConfirm={() => ending && revoke.mutate(ending.id, { onSuccess: () => setEnding(null), onError: tell })}
      />
    </Stack>
  );
}

function Make() {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const make = useMakeToken();
  const [label, setLabel] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (label.trim()) make.mutate(label.trim(), { onSuccess: () => setLabel(''), onError: tell });
  };
  return (
    <>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t('tokens.label')}
            placeholder={t('tokens.labelHint')}
            maxLength={128}
            flex={1}
            autoComplete="off"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Button type="submit" loading={make.isPending} disabled={!label.trim()}>
            {t('tokens.make')}
          </Button>
        </Group>
      </form>
      {make.data && (
        <Alert
          color="accent"
          title={t('tokens.madeTitle')}
          withCloseButton
          closeButtonLabel={t('common.close')}
          onClose={() => make.reset()}
        >
          <Text size="sm" mb="xs">
            {t('tokens.madeText')}
          </Text>
          <Group gap="xs" wrap="nowrap">
            <Code block className={classes.secret}>
              {make.data.token}
            </Code>
            <CopyButton value={make.data.token}>
              {({ copied, copy }) => (
                <Button variant="default" size="xs" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>
                  {copied ? t('common.copied') : t('common.copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
    </>
  );
}

function Line({ token, onEnd }: { token: Token; onEnd: () => void }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <li className={classes.line}>
      <div className={classes.text}>
        <Text size="sm" fw={550}>
          {token.label}
        </Text>
        <Text size="xs" c="dimmed">
          {t('tokens.madeAt', { at: format.date(token.created_at) })} ·{' '}
          {token.used_at ? t('tokens.usedAt', { at: format.moment(token.used_at) }) : t('tokens.neverUsed')}
        </Text>
      </div>
      <ActionIcon onClick={onEnd} aria-label={t('tokens.endLabel', { label: token.label })}>
        <IconTrash size={16} />
      </ActionIcon>
    </li>
  );
}
