import type { Schemas } from './client';

interface FieldError {
  /** The place in the body, `numbers.0.number`. */
  field: string;
  message: string;
}

const PREFIX = 'urn:ringdesk:problem:';

/** What the server says when it refuses (RFC 9457), or that it could not be asked. */
export class Problem extends Error {
  readonly key: string;
  readonly status: number;
  readonly facts: Record<string, unknown>;
  readonly fields: FieldError[];

  constructor(key: string, status: number, detail: string, facts: Record<string, unknown> = {}, fields: FieldError[] = []) {
    super(detail);
    this.name = 'Problem';
    this.key = key;
    this.status = status;
    this.facts = facts;
    this.fields = fields;
  }

  static async from(response: Response): Promise<Problem> {
    try {
      const body = (await response.json()) as Schemas['Problem'];
      const fields = (body.errors ?? []).map((e) => ({ field: e.field ?? '', message: e.message ?? '' }));
      return new Problem(body.type.replace(PREFIX, ''), body.status, body.detail, body.facts, fields);
    } catch {
      return new Problem('no_answer', response.status, response.statusText);
    }
  }

  /** The request never got an answer. */
  static unreachable(error: unknown): Problem {
    const slow = error instanceof DOMException && error.name === 'TimeoutError';
    return new Problem(slow ? 'too_slow' : 'unreachable', 0, String(error));
  }

  get notSignedIn(): boolean {
    return this.status === 401 && this.key === 'not_signed_in';
  }

  /** Trying again by itself makes sense: nobody refused anything. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 502;
  }
}

export function isProblem(error: unknown): error is Problem {
  return error instanceof Problem;
}
