import { Alert, Button, Checkbox, Group, PasswordInput, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { isProblem } from '@/shared/api/problem';
import { useProblemText } from '@/shared/ui/problems';
import { useAddUser, useChangeUser, useSetPassword } from './api/save-user';
import type { Role, User } from './api/users';

const ROLES: Role[] = ['agent', 'supervisor', 'manager', 'administrator', 'pbx'];
const MIN_PASSWORD = 10; // characters; the server says so too

interface Values {
  username: string;
  display_name: string;
  roles: Role[];
  interface: string;
  password: string;
  active: boolean;
}

interface Props {
  /** Whom to change; a new account without. */
  user?: User;
  onSaved: () => void;
}

export function UserForm({ user, onSaved }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const add = useAddUser();
  const change = useChangeUser();
  const setPassword = useSetPassword();
  const form = useForm<Values>({
    initialValues: {
      username: user?.username ?? '',
      display_name: user?.display_name ?? '',
      roles: user?.roles ?? ['agent'],
      interface: user?.interface ?? '',
      password: '',
      active: user?.active ?? true,
    },
    validate: {
      username: (name) => (user || name.trim() ? null : t('users.form.usernameMissing')),
      roles: (roles) => (roles.length ? null : t('users.form.roleMissing')),
      password: (password) => (password && password.length < MIN_PASSWORD ? t('users.form.passwordShort', { count: MIN_PASSWORD }) : null),
    },
  });
  const error = add.error ?? change.error ?? setPassword.error;
  const save = form.onSubmit(async (values) => {
    const phone = values.interface.trim() || null;
    try {
      if (user) {
        await change.mutateAsync({
          id: user.id,
          change: {
            display_name: values.display_name.trim() || user.username,
            roles: values.roles,
            interface: phone,
            active: values.active,
          },
        });
        if (values.password) await setPassword.mutateAsync({ id: user.id, password: values.password });
      } else {
        await add.mutateAsync({
          username: values.username.trim(),
          display_name: values.display_name.trim() || null,
          roles: values.roles,
          interface: phone,
          password: values.password || null,
        });
      }
      onSaved();
    } catch (refused) {
      const field = FIELDS[isProblem(refused) ? refused.key : ''];
      if (field) form.setFieldError(field, tell(refused));
    }
  });
  const general = error && !(isProblem(error) && FIELDS[error.key]) ? tell(error) : null;
  return (
    <form onSubmit={(event) => void save(event)} noValidate data-dirty={form.isDirty() || undefined}>
      <Stack>
        {general && (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        {!user && (
          <TextInput
            label={t('users.form.username')}
            description={t('users.form.usernameHint')}
            required
            autoComplete="off"
            autoCapitalize="none"
            maxLength={64}
            {...form.getInputProps('username')}
          />
        )}
        <TextInput label={t('users.form.displayName')} autoComplete="off" maxLength={128} {...form.getInputProps('display_name')} />
        <Checkbox.Group label={t('users.roles')} required {...form.getInputProps('roles')}>
          <Stack gap="xs" mt={6}>
            {ROLES.map((role) => (
              <Checkbox key={role} value={role} label={t(`users.role.${role}`)} description={t(`users.roleHint.${role}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TextInput
          label={t('users.phone')}
          description={t('users.form.phoneHint')}
          placeholder="PJSIP/1001"
          autoComplete="off"
          maxLength={128}
          {...form.getInputProps('interface')}
        />
        <PasswordInput
          label={user ? t('users.form.newPassword') : t('users.form.password')}
          description={user ? t('users.form.newPasswordHint') : t('users.form.passwordHint', { count: MIN_PASSWORD })}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          {...form.getInputProps('password')}
        />
        {user && (
          <Switch
            label={t('users.form.active')}
            description={t('users.form.activeHint')}
            {...form.getInputProps('active', { type: 'checkbox' })}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending || change.isPending || setPassword.isPending}>
            {user ? t('common.save') : t('users.form.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whose field a refusal is about. */
const FIELDS: Record<string, keyof Values | undefined> = {
  name_taken: 'username',
  bad_name: 'username',
  interface_taken: 'interface',
  weak_password: 'password',
  last_administrator: 'roles',
};
