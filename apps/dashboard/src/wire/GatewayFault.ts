/**
 * Thrown by Gateway.ask when there is no usable answer: the network is away, or the gateway gave `errors`. `code` is the gateway's own
 * `extensions.code`, NETWORK when it did not answer at all, or WIRE when its answer is not what the schema says; `message` is for people.
 */
export class GatewayFault extends Error {
  override readonly name = 'GatewayFault';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What to tell people about whatever was thrown while asking. */
export const faultText = (cause: unknown): string => (cause instanceof Error ? cause.message : 'The gateway gave no usable answer.');
