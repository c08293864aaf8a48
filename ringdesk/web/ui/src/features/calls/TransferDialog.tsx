import { Alert, Button, Combobox, Group, Modal, SegmentedControl, Stack, Text, Textarea, TextInput, useCombobox } from '@mantine/core';
import { IconCheck, IconPhone, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '@/features/people/api/agents';
import { PresenceBadge } from '@/features/presence/PresenceBadge';
import { useMe } from '@/features/session/rights';
import { useProblemText } from '@/shared/ui/problems';
import { type TransferKind, useTransfer } from './api/transfer';
import { type Target, targets } from './targets';
import classes from './TransferDialog.module.css';

interface Props {
  callId: string;
  opened: boolean;
  onClose: () => void;
  /** The PBX does it now. Attended: one talks with `who` first. */
  onSent: (kind: TransferKind, who: string) => void;
}

/** To whom, how, and why. */
export function TransferDialog({ callId, opened, onClose, onSent }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('calls.transfer.title')}>
      {opened && <TransferForm callId={callId} onClose={onClose} onSent={onSent} />}
    </Modal>
  );
}

function TransferForm({ callId, onClose, onSent }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const transfer = useTransfer(callId);
  const [target, setTarget] = useState<Target | null>(null);
  const [kind, setKind] = useState<TransferKind>('blind');
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!target) return;
    const to = target.agent ? { agent_id: target.agent.id } : { to: target.number };
    transfer.mutate({ kind, reason: reason.trim() || null, ...to }, { onSuccess: () => onSent(kind, target.label) });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {transfer.error && (
          <Alert color="red" role="alert">
            {tell(transfer.error)}
          </Alert>
        )}
        <TargetField target={target} onTarget={setTarget} />
        <SegmentedControl
          fullWidth
          aria-label={t('calls.transfer.how')}
          value={kind}
          onChange={(value) => setKind(value)}
          data={(['blind', 'attended'] as const).map((value) => ({ value, label: t(`calls.transfer.kind.${value}`) }))}
        />
        <Text size="xs" c="dimmed" mt={-8}>
          {t(`calls.transfer.hint.${kind}`)}
        </Text>
        <Textarea
          label={t('calls.transfer.reason')}
          placeholder={t('calls.transfer.reasonHint')}
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!target} loading={transfer.isPending}>
            {t(`calls.transfer.action.${kind}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Agents with what they are doing, found as one types; whatever looks like a number can be called as well. */
function TargetField({ target, onTarget }: { target: Target | null; onTarget: (target: Target | null) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const [typed, setTyped] = useState('');
  // Colleagues of other teams are not pushed to everybody, so the list is read anew while one chooses.
  const { data: agents } = useQuery({ ...agentsQuery, refetchInterval: 4_000 });
  const combobox = useCombobox({ opened: true });
  const found = targets(agents?.filter((a) => a.id !== me.id) ?? [], typed);
  return (
    <Combobox store={combobox} onOptionSubmit={(key) => onTarget(found.find((f) => f.key === key) ?? null)}>
      <Combobox.EventsTarget>
        <TextInput
          label={t('calls.transfer.to')}
          placeholder={t('calls.transfer.toHint')}
          leftSection={<IconSearch size={16} stroke={1.75} />}
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            onTarget(null);
            combobox.updateSelectedOptionIndex();
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={classes.options} aria-label={t('calls.transfer.to')}>
        {found.map((option) => (
          <Combobox.Option key={option.key} value={option.key} active={target?.key === option.key} className={classes.option}>
            <span className={classes.check}>{target?.key === option.key && <IconCheck size={16} />}</span>
            <span className={classes.name}>{option.agent ? option.label : t('calls.transfer.number', { number: option.label })}</span>
            {option.agent ? (
              <>
                <Text span size="xs" c="dimmed">
                  {option.agent.extension}
                </Text>
                <PresenceBadge presence={option.agent.presence} />
              </>
            ) : (
              <IconPhone size={16} />
            )}
          </Combobox.Option>
        ))}
        {found.length === 0 && <Combobox.Empty>{agents ? t('calls.transfer.nobody') : t('common.loading')}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}
