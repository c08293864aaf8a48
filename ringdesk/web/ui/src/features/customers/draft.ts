import { isProblem, type Problem } from '@/shared/api/problem';
import type { Customer } from './api/customers';
import type { CustomerDraft } from './api/save-customer';

/** The form's values: everything there, nothing null, as inputs like it. */
export interface CustomerForm {
  name: string;
  kind: Customer['kind'];
  external_id: string;
  company: string;
  language: string;
  notes: string;
  owner_id: number | null;
  team_id: number | null;
  numbers: { number: string; kind: string }[];
  emails: { email: string; kind: string }[];
  addresses: { text: string; kind: string }[];
  tags: string[];
}

export const emptyForm: CustomerForm = {
  name: '',
  kind: 'person',
  external_id: '',
  company: '',
  language: '',
  notes: '',
  owner_id: null,
  team_id: null,
  numbers: [],
  emails: [],
  addresses: [],
  tags: [],
};

export function toForm(customer: Customer): CustomerForm {
  return {
    name: customer.name,
    kind: customer.kind,
    external_id: customer.external_id ?? '',
    company: customer.company ?? '',
    language: customer.language ?? '',
    notes: customer.notes ?? '',
    owner_id: customer.owner_id,
    team_id: customer.team_id,
    numbers: customer.numbers.map((n) => ({ number: n.extension ? `${n.number};ext=${n.extension}` : n.number, kind: n.kind })),
    emails: customer.emails.map((e) => ({ email: e.email, kind: e.kind })),
    addresses: customer.addresses.map((a) => ({ text: a.text, kind: a.kind })),
    tags: customer.tags,
  };
}

/** What goes to the server: lines left empty are not meant. */
export function toDraft(form: CustomerForm): CustomerDraft {
  const given = (text: string) => text.trim() || null;
  return {
    ...form,
    name: form.name.trim(),
    external_id: given(form.external_id),
    company: given(form.company),
    language: given(form.language),
    notes: form.notes.trim() ? form.notes : null,
    numbers: form.numbers.filter((n) => n.number.trim()),
    emails: form.emails.filter((e) => e.email.trim()),
    addresses: form.addresses.filter((a) => a.text.trim()),
  };
}

/** Where in the form the server's refusal belongs, by field; null for a refusal that is about none of them. */
export function fieldErrors(error: unknown, form: CustomerForm, tell: (error: unknown) => string): Record<string, string> | null {
  if (!isProblem(error)) return null;
  if (error.fields.length > 0) return placed(error, form);
  switch (error.key) {
    case 'external_id_taken':
      return { external_id: tell(error) };
    case 'not_your_team':
      return { team_id: tell(error) };
    case 'not_a_number': {
      const wrong = form.numbers.findIndex((n) => n.number.trim() === error.facts.number);
      return wrong < 0 ? null : { [`numbers.${wrong}.number`]: tell(error) };
    }
    default:
      return null;
  }
}

/** The draft left out empty lines; the server's positions are counted without them. */
function placed(error: Problem, form: CustomerForm): Record<string, string> {
  const given: Record<string, number[]> = {
    numbers: positions(form.numbers, (n) => n.number),
    emails: positions(form.emails, (e) => e.email),
    addresses: positions(form.addresses, (a) => a.text),
  };
  const errors: Record<string, string> = {};
  for (const { field, message } of error.fields) {
    const [list = '', position, ...rest] = field.split('.');
    const line = given[list]?.[Number(position)];
    errors[line === undefined ? list : [list, line, ...rest].join('.')] = plain(message);
  }
  return errors;
}

function positions<T>(lines: T[], text: (line: T) => string): number[] {
  return lines.flatMap((line, i) => (text(line).trim() ? [i] : []));
}

/** Our own validators say "is not an e-mail address"; the library puts "Value error, " before it. */
function plain(message: string): string {
  const bare = message.replace(/^Value error, /, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
