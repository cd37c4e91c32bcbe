import { Crew, type ServiceName } from '../harness/crew.js';
import { ask } from '../harness/graphql.js';
import { Ground } from '../harness/ground.js';
import { cloudEvent, Sender, type EventDraft } from '../harness/sender.js';
import { until } from '../harness/until.js';

export interface ShownError {
  readonly code: string;
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly current?: unknown;
}

/** A crew with a gateway in it, and somebody who asks it. */
export class GatewayDesk {
  private constructor(
    readonly ground: Ground,
    readonly crew: Crew,
    private readonly sender: Sender,
  ) {}

  static async open(name: string, more: readonly ServiceName[] = []): Promise<GatewayDesk> {
    const ground = await Ground.make(name);
    const crew = await Crew.start(ground, ['ingest', 'inventory', 'gateway', ...more], { alerting: { ALLOWED_LATENESS_MS: '0' } });
    return new GatewayDesk(ground, crew, new Sender(crew.member('ingest'), ground));
  }

  async close(): Promise<void> {
    await this.crew.close();
    await this.ground.close();
  }

  /** What the gateway answers; throws with its errors where it could not answer. */
  async ask<Data>(query: string, variables: Record<string, unknown> = {}, token: string = this.ground.tokens.operator): Promise<Data> {
    const { data, errors } = await ask<Data>(this.crew.member('gateway'), token, { query, variables });
    if (errors !== undefined || data === undefined) throw new Error(`Not answered: ${JSON.stringify(errors)}`);
    return data;
  }

  /** Runs one mutation by its field, which takes one input, and gives its payload. */
  async give<Payload>(
    field: string,
    { input, shown, token }: { input: object; shown: string; token?: string },
  ): Promise<Payload & { userErrors: ShownError[] }> {
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    const query = `mutation Give($input: ${type}!) { ${field}(input: $input) { ${shown} userErrors { code field message ... on StaleError { current } } } }`;
    const data = await this.ask<Record<string, Payload & { userErrors: ShownError[] }>>(query, { input }, token);
    const payload = data[field];
    if (payload === undefined) throw new Error(`${field} was not answered`);
    return payload;
  }

  /** Posts events, and waits until each has been applied or set aside. */
  async post(...drafts: EventDraft[]): Promise<void> {
    await this.sender.postUntilAccepted(drafts.map(cloudEvent));
    const ids = drafts.map(({ id }) => id);
    await until(`${ids.join(', ')} are taken`, 20_000, async () => {
      const { rows } = await this.ground.postgres.query<{ id: string }>('SELECT id FROM event_key WHERE id = ANY ($1)', [ids]);
      return new Set(rows.map(({ id }) => id)).size === ids.length;
    });
  }

  async onHand(sku: string, location = 'DC-1'): Promise<number | null> {
    const query = 'query One($sku: String!, $code: String!) { stockLevel(item: { sku: $sku }, location: { code: $code }) { onHand } }';
    return (await this.ask<{ stockLevel: { onHand: number } | null }>(query, { sku, code: location })).stockLevel?.onHand ?? null;
  }
}

export const codesOf = (errors: readonly ShownError[]): string[] => errors.map(({ code, field }) => `${code} ${field?.join('.') ?? 'whole'}`);
