import { Button, Drawer } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/features/users/api/users';
import { UserForm } from '@/features/users/UserForm';
import { UsersList } from '@/features/users/UsersList';
import { SearchField } from '@/shared/list/SearchField';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

export function UsersPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<User | 'new' | null>(null);
  const close = () => setOpen(null);
  const user = open === null || open === 'new' ? undefined : open;
  return (
    <Page
      title={t('users.title')}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          {t('users.new')}
        </Button>
      }
    >
      <SearchField aria-label={t('users.search')} placeholder={t('users.search')} value={search} onSearch={setSearch} maw={320} />
      <Surface flush label={t('users.title')}>
        <UsersList search={search} onOpen={setOpen} />
      </Surface>
      <Drawer opened={open !== null} onClose={close} position="right" size={440} title={user?.display_name ?? t('users.new')}>
        {open !== null && <UserForm key={user?.id ?? 'new'} user={user} onSaved={close} />}
      </Drawer>
    </Page>
  );
}
