/** How the events of a request are written: which of CloudEvents' modes, told by the content type; or as one order, told by the path. */
export type EventFormat = 'structured' | 'batch' | 'lines' | 'binary' | 'order';

const FORMATS = new Map<string, EventFormat>([
  ['application/cloudevents+json', 'structured'],
  ['application/cloudevents-batch+json', 'batch'],
  ['application/x-ndjson', 'lines'],
  ['application/json', 'binary'],
]);

/**
 * The format behind a Content-Type, whose parameters are allowed; null where it is none of ours, or names a charset other than UTF-8.
 * Plain JSON is an event only together with `ce-` headers: without them nobody says what the JSON is.
 */
export function eventFormat(contentType: string | undefined, hasEventHeaders: boolean): EventFormat | null {
  const [essence = '', ...parameters] = (contentType ?? '').split(';');
  const format = FORMATS.get(essence) ?? FORMATS.get(essence.trim().toLowerCase());
  if (format === undefined || (format === 'binary' && !hasEventHeaders)) return null;
  return parameters.every(isTaken) ? format : null;
}

/** Whether a Content-Type is that of one order: plain JSON. */
export function isOrderType(contentType: string | undefined): boolean {
  const [essence = '', ...parameters] = (contentType ?? '').split(';');
  return essence.trim().toLowerCase() === 'application/json' && parameters.every(isTaken);
}

function isTaken(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=');
  return name.trim().toLowerCase() !== 'charset' || ['utf-8', 'utf8', 'us-ascii'].includes(value.trim().replaceAll('"', '').toLowerCase());
}
