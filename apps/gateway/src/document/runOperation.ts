import type { GraphQLFormattedError } from 'graphql';
import type { Viewer } from '@quayside/service';
import { refusal } from '../refusal.js';
import type { PreparedOperation } from './documents.js';
import { OPERATION_MS_MAX } from './limits.js';
import { isGranted } from './requiredScope.js';
import { showErrors, type ErrorAudience } from './showErrors.js';

/** An answer as it goes on the wire. */
export interface Answer {
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly extensions: { readonly cost: { readonly requested: number } };
}
export type Forbidden = { readonly kind: 'forbidden'; readonly errors: readonly GraphQLFormattedError[] };

/** What `@requires` in the schema says about this viewer and this operation; null where all is granted. */
export function refuseByScope(prepared: PreparedOperation, viewer: Viewer, audience: ErrorAudience): Forbidden | null {
  if (isGranted(viewer.roles, prepared.requires)) return null;
  const error = refusal('FORBIDDEN', `This operation needs a token with the role ${prepared.requires}`, { requires: prepared.requires });
  return { kind: 'forbidden', errors: showErrors([error], audience) };
}

/** Runs a query or mutation; one that takes longer than OPERATION_MS_MAX is answered TIMEOUT (what it began may still happen). */
export async function runOperation(prepared: PreparedOperation, context: unknown, audience: ErrorAudience): Promise<Answer> {
  const extensions = { cost: { requested: prepared.cost } };
  const result = await withinTime(prepared.run(context));
  if (result === null) return { errors: showErrors([refusal('TIMEOUT', `No answer within ${OPERATION_MS_MAX} ms`)], audience), data: null, extensions };
  const { errors, data = null } = result;
  return errors === undefined || errors.length === 0 ? { data, extensions } : { errors: showErrors(errors, audience), data, extensions };
}

async function withinTime<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), OPERATION_MS_MAX);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
