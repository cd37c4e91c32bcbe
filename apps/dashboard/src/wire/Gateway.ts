import { ENDED_ALERTS_DOCUMENT, readEndedAlerts, type Alert } from '../alerts/alert.js';
import { Fields } from './Fields.js';
import { faultText, GatewayFault } from './GatewayFault.js';

/** What became of a change of a reorder point. `undecided`: it is in the log, and shows when it has been applied. */
export type PolicyAnswer = { readonly kind: 'set' } | { readonly kind: 'undecided' } | { readonly kind: 'refused'; readonly message: string };

export interface ReorderPointChange {
  readonly sku: string;
  readonly location: string;
  /** Null takes it away. */
  readonly reorderPoint: number | null;
}

/** @public read by documents.test.ts, which finds every document by its name. */
export const SET_REORDER_POINT_DOCUMENT = `mutation SetReorderPoint($input: SetStockPolicyInput!) {
  setStockPolicy(input: $input) { level { id } userErrors { message } }
}`;

/** Questions and commands to the gateway over HTTP; what is live comes over LiveConnection. */
export class Gateway {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /**
   * Asks a query or gives a command, and resolves with the `data` of the answer. Rejects with GatewayFault when there is none;
   * `userErrors` of a command are in `data`, and the caller's to read.
   */
  async ask(document: string, variables: Readonly<Record<string, unknown>>): Promise<Fields> {
    const isCommand = /^\s*mutation\b/.test(document);
    const response = await this.post(JSON.stringify({ query: document, variables }), isCommand);
    const body = await readBody(response, isCommand);
    const errors = body.listOrNone('errors', (error, path) => Fields.of(error, path));
    if (errors[0] !== undefined || !response.ok) throw faultOf(errors[0] ?? null, response.status, isCommand);
    return body.child('data');
  }

  private async post(body: string, isCommand: boolean): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
    };
    try {
      return await fetch(this.url, { method: 'POST', headers, body });
    } catch (cause) {
      throw networkFault(cause, isCommand);
    }
  }

  /** Never rejects: whatever goes wrong is a refusal in words for people. */
  async setReorderPoint({ sku, location, reorderPoint }: ReorderPointChange): Promise<PolicyAnswer> {
    const input = { item: { sku }, location: { code: location }, reorderPoint };
    try {
      return readPolicyAnswer(await this.ask(SET_REORDER_POINT_DOCUMENT, { input }));
    } catch (cause) {
      return { kind: 'refused', message: faultText(cause) };
    }
  }

  /** Rejects when the gateway gives no usable answer. */
  async endedAlerts(ids: readonly string[]): Promise<readonly Alert[]> {
    return readEndedAlerts(await this.ask(ENDED_ALERTS_DOCUMENT, { ids }));
  }
}

function readPolicyAnswer(data: Fields): PolicyAnswer {
  const payload = data.child('setStockPolicy');
  const messages = payload.list('userErrors', (error, path) => Fields.of(error, path).text('message'));
  if (messages.length > 0) return { kind: 'refused', message: messages.join(' ') };
  return payload.childOrNull('level') === null ? { kind: 'undecided' } : { kind: 'set' };
}

/** `stated` is the first of the answer's errors; null where it gave none. */
function faultOf(stated: Fields | null, status: number, isCommand: boolean): GatewayFault {
  const code = stated?.childOrNone('extensions')?.textOrNone('code') ?? (status === 401 ? 'UNAUTHENTICATED' : 'FAILED');
  if (code === 'FORBIDDEN') return new GatewayFault(code, 'Your token may look but not change: this needs the OPERATE role.');
  if (code === 'UNAUTHENTICATED') return new GatewayFault(code, 'Your sign-in has ended. Sign in again with a new token.');
  return new GatewayFault(code, stated?.textOrNone('message') ?? `The gateway could not ${isCommand ? 'run the command' : 'answer'} (${status}).`);
}

function networkFault(cause: unknown, isCommand: boolean): GatewayFault {
  return new GatewayFault('NETWORK', `The gateway does not answer.${isCommand ? ' Nothing was changed as far as we know.' : ''}`, { cause });
}

/** A body that is cut off is as good as none; one that is no JSON comes from something between us and the gateway. */
async function readBody(response: Response, isCommand: boolean): Promise<Fields> {
  try {
    return Fields.of(await response.json(), 'answer');
  } catch (cause) {
    throw networkFault(cause, isCommand);
  }
}
