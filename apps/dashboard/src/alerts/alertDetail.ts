import { stageWords } from '../now/stageWords.js';
import { quantityText } from '../stock/quantityText.js';
import { Fields } from '../wire/Fields.js';
import { ALERT_FIELDS, readAlert, type Alert } from './alert.js';

/** Everything of one alert. */
export interface AlertDetail extends Alert {
  readonly lastSeenAtMs: number;
  readonly detectionMs: number;
  readonly acknowledged: { readonly atMs: number; readonly by: string } | null;
  readonly snoozedUntilMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly comments: readonly { readonly id: string; readonly text: string; readonly by: string; readonly atMs: number }[];
  /** Names and figures, in words. */
  readonly evidence: readonly (readonly [name: string, value: string])[];
  /** Where what it is about is shown. */
  readonly subject: { readonly href: string; readonly text: string } | null;
  readonly atRisk: readonly AtRisk[];
  /** Of an order. */
  readonly lines: readonly { readonly number: number; readonly sku: string; readonly ordered: number; readonly words: string }[];
}
interface AtRisk {
  readonly text: string;
  readonly href: string | null;
  readonly line: number;
  readonly quantity: number;
  readonly promisedShipByMs: number | null;
}

export const ALERT_DETAIL_DOCUMENT = `query AlertDetail($id: ID!) {
  node(id: $id) {
    ... on Alert {
      ${ALERT_FIELDS} evidence lastSeenAt detectionMs acknowledgedAt acknowledgedBy { name } snoozedUntil resolvedAt
      comments { id text at by { name } }
      atRisk { orderNumber reservation line quantity promisedShipBy order { number source } }
      about: subject {
        __typename
        ... on StockLevel { item { sku } location { code } onHand available }
        ... on Order { number source stage lines { number item { sku } ordered shipped reserved backordered open } }
      }
    }
  }
}`;

/** Reads the answer to ALERT_DETAIL_DOCUMENT; null where there is none. Throws WireFault. */
export function readAlertDetail(data: Fields): AlertDetail | null {
  const alert = data.childOrNull('node');
  if (alert === null) return null;
  const acknowledgedAtMs = alert.instantMsOrNull('acknowledgedAt');
  const about = alert.childOrNull('about');
  return {
    ...readAlert(data.raw('node'), 'node'),
    lastSeenAtMs: alert.instantMs('lastSeenAt'),
    detectionMs: alert.whole('detectionMs'),
    acknowledged: acknowledgedAtMs === null ? null : { atMs: acknowledgedAtMs, by: alert.childOrNull('acknowledgedBy')?.text('name') ?? 'somebody' },
    snoozedUntilMs: alert.instantMsOrNull('snoozedUntil'),
    resolvedAtMs: alert.instantMsOrNull('resolvedAt'),
    comments: alert.list('comments', (value, path) => {
      const comment = Fields.of(value, path);
      return { id: comment.text('id'), text: comment.text('text'), by: comment.child('by').text('name'), atMs: comment.instantMs('at') };
    }),
    evidence: evidenceOf(alert.raw('evidence')),
    subject: about === null ? null : subjectOf(about),
    atRisk: alert.list('atRisk', (value, path) => readAtRisk(Fields.of(value, path))),
    lines: about?.text('__typename') === 'Order' ? about.list('lines', (value, path) => readLine(Fields.of(value, path))) : [],
  };
}

function subjectOf(about: Fields): AlertDetail['subject'] {
  if (about.text('__typename') === 'Order') {
    const number = about.text('number');
    const href = `/orders?order=${encodeURIComponent(`${about.text('source')}|${number}`)}`;
    return { href, text: `Order ${number}: ${stageWords(about.text('stage')).toLowerCase()}` };
  }
  const [sku, code] = [about.child('item').text('sku'), about.child('location').text('code')];
  const figures = `${quantityText(about.whole('onHand'))} on hand, ${quantityText(about.whole('available'))} available`;
  return { href: `/items/${encodeURIComponent(sku)}?location=${encodeURIComponent(code)}`, text: `${sku} at ${code}: ${figures}` };
}

function readAtRisk(risk: Fields): AtRisk {
  const order = risk.childOrNull('order');
  const number = risk.textOrNull('orderNumber');
  return {
    text: number === null ? `Reservation ${risk.textOrNull('reservation') ?? ''}` : `Order ${number}`,
    href: order === null ? null : `/orders?order=${encodeURIComponent(`${order.text('source')}|${order.text('number')}`)}`,
    line: risk.whole('line'),
    quantity: risk.whole('quantity'),
    promisedShipByMs: risk.instantMsOrNull('promisedShipBy'),
  };
}

function readLine(line: Fields): AlertDetail['lines'][number] {
  const parts = (['shipped', 'reserved', 'backordered', 'open'] as const).map((part) => [part, line.whole(part)] as const);
  const words = parts.flatMap(([part, quantity]) => (quantity === 0 ? [] : [`${quantityText(quantity)} ${part === 'backordered' ? 'waiting' : part}`]));
  return { number: line.whole('number'), sku: line.child('item').text('sku'), ordered: line.whole('ordered'), words: words.join(' · ') };
}

/** "closesAt" is "Closes at"; what is no figure or text is left out. */
function evidenceOf(evidence: unknown): [string, string][] {
  if (typeof evidence !== 'object' || evidence === null) return [];
  return Object.entries(evidence).flatMap(([name, value]): [string, string][] => {
    const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    if (typeof value !== 'number' && typeof value !== 'string') return [];
    return [[words.charAt(0).toUpperCase() + words.slice(1), typeof value === 'number' ? quantityText(value) : value]];
  });
}
