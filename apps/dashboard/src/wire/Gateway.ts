import { Client, fetchExchange, type CombinedError, type OperationResult } from 'urql';
import { ENDED_ALERTS_DOCUMENT, readEndedAlerts, type Alert } from '../alerts/alert.js';
import { Fields } from './Fields.js';

/** What became of a change of a reorder point. `undecided`: it is in the log, and shows when it has been applied. */
export type PolicyAnswer = { readonly kind: 'set' } | { readonly kind: 'undecided' } | { readonly kind: 'refused'; readonly message: string };

export interface ReorderPointChange {
  readonly sku: string;
  readonly location: string;
  /** Null takes it away. */
  readonly reorderPoint: number | null;
}

export const SET_REORDER_POINT_DOCUMENT = `mutation SetReorderPoint($input: SetStockPolicyInput!) {
  setStockPolicy(input: $input) { level { id } userErrors { message } }
}`;

/** Questions and commands to the gateway over HTTP; what is live comes over LiveConnection. */
export class Gateway {
  private readonly client: Client;

  constructor(url: string, token: string) {
    this.client = new Client({
      url,
      exchanges: [fetchExchange],
      preferGetMethod: false,
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    });
  }

  /** Never rejects: whatever goes wrong is a refusal in words for people. */
  async setReorderPoint({ sku, location, reorderPoint }: ReorderPointChange): Promise<PolicyAnswer> {
    const input = { item: { sku }, location: { code: location }, reorderPoint };
    try {
      const result = await this.client.mutation(SET_REORDER_POINT_DOCUMENT, { input }).toPromise();
      if (result.error !== undefined) return { kind: 'refused', message: refusalText(result.error) };
      return readPolicyAnswer(result.data);
    } catch (cause) {
      return { kind: 'refused', message: cause instanceof Error ? cause.message : 'The change could not be sent' };
    }
  }

  /** Rejects when the gateway gives no usable answer. */
  async endedAlerts(ids: readonly string[]): Promise<readonly Alert[]> {
    const result: OperationResult<unknown> = await this.client.query(ENDED_ALERTS_DOCUMENT, { ids }).toPromise();
    if (result.error !== undefined) throw result.error;
    return readEndedAlerts(result.data);
  }
}

function readPolicyAnswer(data: unknown): PolicyAnswer {
  const payload = Fields.of(data, 'data').child('setStockPolicy');
  const messages = payload.list('userErrors', (error, path) => Fields.of(error, path).text('message'));
  if (messages.length > 0) return { kind: 'refused', message: messages.join(' ') };
  return payload.childOrNull('level') === null ? { kind: 'undecided' } : { kind: 'set' };
}

function refusalText(error: CombinedError): string {
  if (error.networkError !== undefined && error.response === undefined) return 'The gateway does not answer. Nothing was changed as far as we know.';
  const code = error.graphQLErrors[0]?.extensions['code'];
  if (code === 'FORBIDDEN') return 'Your token may look but not change: setting a reorder point needs the OPERATE role.';
  if (code === 'UNAUTHENTICATED' || responseStatus(error) === 401) return 'Your sign-in has ended. Sign in again with a new token.';
  return error.graphQLErrors[0]?.message ?? 'The gateway could not run the change.';
}

function responseStatus(error: CombinedError): number | null {
  const response: unknown = error.response;
  return response instanceof Response ? response.status : null;
}
