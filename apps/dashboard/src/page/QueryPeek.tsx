import { Button } from '@mantine/core';
import { useState } from 'react';
import { useDesk } from '../live/Desk.js';
import { CommandExample } from './CommandExample.js';
import { Dialog } from './Dialog.js';
import { Icon } from './Icon.js';
import styles from './QueryPeek.module.css';

interface QueryPeekProps {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Shows the GraphQL behind what is on the page, to be copied, or tried at the gateway. */
export function QueryPeek({ document, variables }: QueryPeekProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" leftSection={<Icon name="code" size={14} />} onClick={() => setOpen(true)} data-testid="query-peek">
        <span className={styles['long']}>Show the query behind this</span>
        <span className={styles['short']}>Query</span>
      </Button>
      {isOpen && <Peek document={document} variables={variables} onClose={() => setOpen(false)} />}
    </>
  );
}

function Peek({ document, variables, onClose }: QueryPeekProps & { readonly onClose: () => void }) {
  const { graphqlUrl } = useDesk();
  const variablesText = JSON.stringify(variables, null, 2);
  return (
    <Dialog title="The query behind this" onClose={onClose}>
      <div className={styles['peek']}>
        <CommandExample text={document.trim()} label="GraphQL document" />
        <h4>Variables</h4>
        <CommandExample text={variablesText} label="Variables" />
        <p>
          POST it to <code>{graphqlUrl}</code> with your token, or{' '}
          <a href={graphiqlUrl(graphqlUrl, document, variablesText)} target="_blank" rel="noreferrer">
            try it in GraphiQL
          </a>
          .
        </p>
      </div>
    </Dialog>
  );
}

function graphiqlUrl(graphqlUrl: string, document: string, variablesText: string): string {
  const url = new URL(graphqlUrl);
  url.searchParams.set('query', document.trim());
  url.searchParams.set('variables', variablesText);
  return url.href;
}
