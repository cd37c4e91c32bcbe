import { useCallback, useState } from 'react';
import { useDesk } from '../live/Desk.js';
import { faultText } from '../wire/GatewayFault.js';
import { callsOf, readOutcome, type AlertCommand } from './alertCommands.js';

export interface AlertCommands {
  readonly isBusy: boolean;
  /** What the last one came to; null before the first. */
  readonly told: string | null;
  readonly give: (command: AlertCommand, ids: readonly string[]) => Promise<void>;
}

/** Gives commands on alerts and tells what came of them. */
export function useAlertCommands(): AlertCommands {
  const { gateway } = useDesk();
  const [isBusy, setBusy] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const give = useCallback(
    async (command: AlertCommand, ids: readonly string[]): Promise<void> => {
      if (ids.length === 0) return;
      setBusy(true);
      try {
        const outcomes = new Set<string>();
        for (const call of callsOf(command, ids)) outcomes.add(readOutcome(call, await gateway.ask(call.document, { input: call.input })));
        setTold([...outcomes].join(' '));
      } catch (cause) {
        setTold(faultText(cause));
      } finally {
        setBusy(false);
      }
    },
    [gateway],
  );
  return { isBusy, told, give };
}
