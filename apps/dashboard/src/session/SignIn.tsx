import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../page/Icon.js';
import { Mark } from '../page/Mark.js';
import styles from './SignIn.module.css';
import { readTypedToken } from './token.js';

interface SignInProps {
  /** Why the last token was not taken; null before there was one. */
  readonly refusal: string | null;
  readonly gatewayUrl: string;
  readonly onToken: (token: string) => void;
}

/** The form for those who come without a token in their link. */
export function SignIn({ refusal, gatewayUrl, onToken }: SignInProps) {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const read = readTypedToken(typed);
    if (read.kind === 'fault') setFault(read.message);
    else onToken(read.token);
  };
  return (
    <main className={styles['page']}>
      <form className={styles['card']} onSubmit={submit} noValidate data-testid="sign-in">
        <Mark size={40} />
        <h1>Quayside</h1>
        <p className={styles['lead']}>
          See every shelf as it is now. Sign in with the token that <code>npm start</code> printed; the link it printed does so by itself.
        </p>
        {refusal !== null && (
          <p className={styles['refusal']} role="alert">
            <Icon name="warning" />
            <span>{refusal}</span>
          </p>
        )}
        <Textarea
          label="Token"
          description="Or the whole link. It is kept until this tab is closed."
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setFault(null);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') submit(event);
          }}
          error={fault}
          rows={3}
          autoComplete="off"
          spellCheck={false}
          autoFocus
          classNames={{ input: styles['token'] ?? '' }}
        />
        <Button type="submit" size="md" fullWidth>
          Sign in
        </Button>
        <p className={styles['foot']}>Gateway: {gatewayUrl}</p>
      </form>
    </main>
  );
}
