import { describe, expect, it } from 'vitest';
import { Problem } from '@/shared/api/problem';
import { emptyForm, fieldErrors, toDraft } from './draft';

const form = {
  ...emptyForm,
  name: ' Anna ',
  numbers: [
    { number: '', kind: 'phone' },
    { number: '12', kind: 'phone' },
    { number: 'abc', kind: 'work' },
  ],
};
const tell = () => 'wrong';

describe('a customer’s form', () => {
  it('leaves out empty lines and texts', () => {
    expect(toDraft(form)).toMatchObject({ name: 'Anna', company: null, language: null, notes: null, numbers: form.numbers.slice(1) });
  });

  it('shows a refusal at the line it is about, though empty lines were not sent', () => {
    const refusal = new Problem('invalid_request', 422, '', {}, [{ field: 'numbers.1.number', message: 'Value error, is not one' }]);
    expect(fieldErrors(refusal, form, tell)).toEqual({ 'numbers.2.number': 'Is not one' });
  });

  it('knows which number is none', () => {
    expect(fieldErrors(new Problem('not_a_number', 422, '', { number: 'abc' }), form, tell)).toEqual({ 'numbers.2.number': 'wrong' });
  });

  it('keeps what is about no field for the head of the form', () => {
    expect(fieldErrors(new Problem('internal_error', 500, ''), form, tell)).toBeNull();
    expect(fieldErrors(new Error('no'), form, tell)).toBeNull();
  });
});
