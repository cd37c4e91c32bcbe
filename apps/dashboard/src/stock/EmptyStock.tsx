import { Button, Loader } from '@mantine/core';
import { useDesk } from '../live/Desk.js';
import { CommandExample } from '../page/CommandExample.js';
import { Icon } from '../page/Icon.js';
import styles from './EmptyStock.module.css';

interface EmptyStockProps {
  readonly isComplete: boolean;
  readonly isAnythingHeld: boolean;
  readonly onShowAll: () => void;
}

/** What stands where no row does, and what to do about it. */
export function EmptyStock({ isComplete, isAnythingHeld, onShowAll }: EmptyStockProps) {
  const { ingestUrl } = useDesk();
  if (!isComplete && !isAnythingHeld) {
    return (
      <div className={styles['empty']} data-testid="loading">
        <Loader size="sm" />
        <p>Fetching stock…</p>
      </div>
    );
  }
  if (isAnythingHeld) {
    return (
      <div className={styles['empty']} data-testid="nothing-matches">
        <Icon name="search" size={28} />
        <h2>Nothing matches</h2>
        <p>No level fits what you filter by. As soon as one does, it appears here.</p>
        <Button variant="light" onClick={onShowAll}>
          Show everything
        </Button>
      </div>
    );
  }
  return (
    <div className={styles['empty']} data-testid="no-stock">
      <Icon name="calm" size={34} />
      <h2>No stock yet</h2>
      <p>
        The first event makes the first row; if there should be some already, your token may not see its location. Put your ingest key into <code>KEY</code> (
        <code>npm start</code> printed it) and post this:
      </p>
      <CommandExample text={firstEventCommand(ingestUrl)} />
    </div>
  );
}

function firstEventCommand(ingestUrl: string): string {
  return [
    `curl -i ${ingestUrl}/v1/events \\`,
    '  -H "Authorization: Bearer $KEY" \\',
    "  -H 'Content-Type: application/cloudevents+json' -d '{",
    '    "specversion": "1.0", "id": "first-1", "source": "/wms/dc-1",',
    `    "type": "quayside.stock.received.v1", "time": "${new Date().toISOString().slice(0, 19)}Z",`,
    '    "data": { "location": "DC-1", "lines": [{ "sku": "10002", "quantity": 48 }] }',
    "  }'",
  ].join('\n');
}
