import { quantityText } from '../stock/quantityText.js';
import { Fields } from '../wire/Fields.js';

/** What somebody can do to alerts. */
export type AlertCommand =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'snooze'; readonly untilMs: number }
  | { readonly kind: 'resolve'; readonly comment: string }
  | { readonly kind: 'comment'; readonly text: string };

const PAYLOAD = '{ alerts { id status } userErrors { message } }';
/** @public read by documents.test.ts, which finds every document by its name. */
export const ACKNOWLEDGE_DOCUMENT = `mutation Acknowledge($input: AcknowledgeAlertsInput!) { acknowledgeAlerts(input: $input) ${PAYLOAD} }`;
/** @public */
export const SNOOZE_DOCUMENT = `mutation Snooze($input: SnoozeAlertsInput!) { snoozeAlerts(input: $input) ${PAYLOAD} }`;
/** @public */
export const RESOLVE_DOCUMENT = `mutation Resolve($input: ResolveAlertsInput!) { resolveAlerts(input: $input) ${PAYLOAD} }`;
/** @public */
export const COMMENT_DOCUMENT = `mutation Comment($input: CommentAlertInput!) { commentAlert(input: $input) ${PAYLOAD} }`;

export interface CommandCall {
  readonly field: string;
  readonly document: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly done: string;
}

/** The calls that a command needs: one for all, but for comments, which the gateway takes one by one. */
export function callsOf(command: AlertCommand, ids: readonly string[]): readonly CommandCall[] {
  switch (command.kind) {
    case 'acknowledge':
      return [{ field: 'acknowledgeAlerts', document: ACKNOWLEDGE_DOCUMENT, input: { ids }, done: 'acknowledged' }];
    case 'snooze':
      return [{ field: 'snoozeAlerts', document: SNOOZE_DOCUMENT, input: { ids, until: new Date(command.untilMs).toISOString() }, done: 'snoozed' }];
    case 'resolve':
      return [{ field: 'resolveAlerts', document: RESOLVE_DOCUMENT, input: { ids, comment: command.comment }, done: 'resolved' }];
    case 'comment':
      return ids.map((id) => ({ field: 'commentAlert', document: COMMENT_DOCUMENT, input: { id, text: command.text }, done: 'commented on' }));
  }
}

/** What a call came to, in words. Throws WireFault. */
export function readOutcome({ field, done }: CommandCall, data: Fields): string {
  const payload = data.child(field);
  const count = payload.list('alerts', (value, path) => Fields.of(value, path).text('id')).length;
  const messages = [...new Set(payload.list('userErrors', (error, path) => Fields.of(error, path).text('message')))];
  const good = count === 0 ? [] : [`${quantityText(count)} ${done}`];
  const bad = messages.length === 0 ? [] : [`not all: ${messages.join(' ')}`];
  return [...good, ...bad].join('; ') || 'It is on its way, and shows here when it is done.';
}

/** When a snooze ends that is chosen by its name. */
export function snoozeChoices(nowMs: number): readonly { readonly label: string; readonly untilMs: number }[] {
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(8, 0, 0, 0);
  return [
    { label: 'For an hour', untilMs: nowMs + 3_600_000 },
    { label: 'For 4 hours', untilMs: nowMs + 4 * 3_600_000 },
    { label: 'Until tomorrow, 8:00', untilMs: morning.getTime() },
  ];
}
