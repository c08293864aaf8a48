import { Button, Group, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PresenceBadge } from '@/features/presence/PresenceBadge';
import { useMe } from '@/features/session/rights';
import { Initials } from '@/shared/ui/Person';
import { useTellProblem } from '@/shared/ui/problems';
import type { Agent } from './api/agents';
import { useSwitchAgent } from './api/switch-agent';
import classes from './AgentRow.module.css';

interface Props {
  agent: Agent;
  /** One may turn this agent's switch. */
  supervised: boolean;
}

/** An agent on the floor: what they do and since when. */
export function AgentRow({ agent, supervised }: Props) {
  return (
    <li className={classes.row}>
      <Initials name={agent.name} size={32} />
      <div className={classes.text}>
        <div className={classes.name}>{agent.name}</div>
        <Text size="xs" c="dimmed" truncate>
          {[agent.extension, ...agent.queues].filter(Boolean).join(' · ')}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        <PresenceBadge presence={agent.presence} clock />
        {supervised && <Switch agent={agent} />}
      </Group>
    </li>
  );
}

function Switch({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const me = useMe();
  const tell = useTellProblem();
  const queries = useQueryClient();
  const change = useSwitchAgent();
  const to = (state: 'available' | 'paused' | 'offline', reason?: string) =>
    change.mutate(
      { id: agent.id, to: { state, reason: reason ?? null } },
      { onError: tell, onSettled: () => void queries.invalidateQueries({ queryKey: ['agents'] }) },
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-xs"
          loading={change.isPending}
          rightSection={<IconChevronDown size={12} />}
          aria-label={t('presence.switchOf', { who: agent.name })}
        >
          {t('presence.switch')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => to('available')}>{t('presence.state.available')}</Menu.Item>
        <Menu.Label>{t('presence.pauseFor')}</Menu.Label>
        {me.pause_reasons.map((reason) => (
          <Menu.Item key={reason} onClick={() => to('paused', reason)}>
            {reason}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => to('offline')}>{t('presence.state.offline')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
