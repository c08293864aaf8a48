import { ActionIcon, Button, Group, Menu, Stack, Textarea } from '@mantine/core';
import { IconDots, IconHistory, IconPencil, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/session/rights';
import { rowsOf } from '@/shared/list/pages';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { useNotes } from './api/notes';
import { type Note, timelineQuery } from './api/timeline';
import { Timeline } from './Timeline';

/** The timeline of a customer's page: everything that happened, and notes of one's own to add, change and remove. */
export function CustomerTimeline({ customerId }: { customerId: number }) {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const notes = useNotes(customerId);
  const query = useInfiniteQuery(timelineQuery(customerId));
  const { rows, error, retry, more, loadingMore } = rowsOf(query);
  const [editing, setEditing] = useState<Note | null>(null);
  const [removing, setRemoving] = useState<Note | null>(null);
  const tell = useTellProblem();
  if (error) return <Failed error={error} onRetry={retry} />;
  const actions = (note: Note) =>
    note.author?.id === me.id && may('customers.write') ? (
      <NoteMenu onEdit={() => setEditing(note)} onRemove={() => setRemoving(note)} />
    ) : null;
  return (
    <Stack gap="md">
      {may('customers.write') && (
        <NoteEditor
          key={editing?.id ?? 'new'}
          initial={editing?.body ?? ''}
          label={editing ? t('customers.notes.edit') : t('customers.notes.add')}
          working={notes.add.isPending || notes.change.isPending}
          onSave={(text, done) => {
            const callbacks = { onSuccess: done, onError: tell };
            if (editing) notes.change.mutate({ id: editing.id, text }, { ...callbacks, onSuccess: () => setEditing(null) });
            else notes.add.mutate(text, callbacks);
          }}
          onCancel={editing ? () => setEditing(null) : undefined}
        />
      )}
      {!rows && <Loading lines={6} height={22} />}
      {rows?.length === 0 && (
        <Nothing icon={<IconHistory stroke={1.5} />} title={t('customers.timeline.empty')} hint={t('customers.timeline.emptyHint')} />
      )}
      {rows && <Timeline items={rows} noteActions={actions} />}
      {more && (
        <Button variant="default" size="xs" onClick={more} loading={loadingMore} w="fit-content" mx="auto">
          {t('common.more')}
        </Button>
      )}
      <Confirm
        opened={removing !== null}
        title={t('customers.notes.removeTitle')}
        text={t('customers.notes.removeText')}
        action={t('common.remove')}
        danger
        working={notes.remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && notes.remove.mutate(removing.id, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </Stack>
  );
}

function NoteMenu({ onEdit, onRemove }: { onEdit: () => void; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={t('customers.notes.actions')}>
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={14} />} onClick={onEdit}>
          {t('common.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={14} />} color="red" onClick={onRemove}>
          {t('common.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface EditorProps {
  initial: string;
  label: string;
  working: boolean;
  onSave: (text: string, done: () => void) => void;
  onCancel?: () => void;
}

function NoteEditor({ initial, label, working, onSave, onCancel }: EditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  return (
    <form
      data-dirty={text !== initial || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onSave(text, () => setText(''));
      }}
    >
      <Textarea
        aria-label={label}
        placeholder={label}
        autosize
        minRows={onCancel || text ? 3 : 1}
        maxRows={12}
        maxLength={20_000}
        autoFocus={onCancel !== undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {(text.trim() !== '' || onCancel) && (
        <Group gap="xs" justify="flex-end" mt="xs">
          {onCancel && (
            <Button variant="default" size="xs" onClick={onCancel}>
              {t('common.cancel')}
            </Button>
          )}
          <Button type="submit" size="xs" loading={working} disabled={!text.trim()}>
            {t('customers.notes.save')}
          </Button>
        </Group>
      )}
    </form>
  );
}
