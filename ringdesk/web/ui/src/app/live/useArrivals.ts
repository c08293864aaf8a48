import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cardName } from '@/features/cards/CardIdentity';
import type { Card } from '@/features/cards/desk';
import { useDesk } from '@/features/cards/useDesk';
import { isBusy } from '@/shared/keys/shortcuts';
import { preferences } from '@/shared/preferences/preferences';
import { announceTitle } from '@/shared/ui/Page';
import { playTone } from './tone';

/** Makes a new call known in every way that was asked for, without taking the keyboard from somebody who types. */
export function useArrivals(): void {
  const { t } = useTranslation();
  const { cards } = useDesk();
  const navigate = useNavigate();
  const router = useRouter();
  const known = useRef(new Set<string>());
  const ringing = cards.filter((c) => !c.over && c.card.state === 'ringing' && c.card.direction !== 'out').map((c) => c.card);
  const caller = ringing[0] ? cardName(ringing[0], t) : '';

  useEffect(() => {
    announceTitle(caller && `☎ ${caller}`);
    setIcon(caller !== '');
    void setBadge(ringing.length);
  }, [caller, ringing.length]);

  useEffect(() => {
    const fresh = ringing.filter((card) => !known.current.has(card.card_id));
    known.current = new Set(ringing.map((card) => card.card_id));
    const first = fresh[0];
    if (!first) return;
    if (preferences().sound) playTone();
    if (preferences().notifications) notify(first, cardName(first, t), t('card.incoming'));
    if (preferences().openDesk && router.state.location.pathname !== '/' && !isBusy()) void navigate({ to: '/' });
  });
}

function setIcon(ringing: boolean): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon) icon.href = ringing ? '/favicon-ringing.svg' : '/favicon.svg';
}

async function setBadge(count: number): Promise<void> {
  try {
    await (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.());
  } catch {
    // only installed pages may
  }
}

function notify(card: Card, name: string, title: string): void {
  if (document.visibilityState === 'visible' || !('Notification' in window) || Notification.permission !== 'granted') return;
  const note = new Notification(title, {
    body: [name, card.caller.hidden ? '' : card.caller.pretty, card.queue].filter(Boolean).join('\n'),
    tag: card.call_id,
  });
  note.onclick = () => {
    window.focus();
    note.close();
  };
}
