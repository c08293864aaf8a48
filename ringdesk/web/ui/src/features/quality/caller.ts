import { useTranslation } from 'react-i18next';
import type { Recording } from './api/recordings';

/** Who was on the line: the customer, else what the network sent, else the file that nobody's call is known of. */
export function useCaller(): (recording: Pick<Recording, 'customer' | 'caller' | 'name'>) => string {
  const { t } = useTranslation();
  return ({ customer, caller, name }) => {
    if (customer) return customer.name;
    if (!caller) return name;
    if (caller.hidden) return t('calls.hidden');
    return caller.name || caller.pretty || caller.number || t('calls.hidden');
  };
}
