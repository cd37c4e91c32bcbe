import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../page/Icon.js';
import { Mark } from '../page/Mark.js';
import { faultText } from '../wire/GatewayFault.js';
import styles from './SignIn.module.css';
import { departTo } from './oidcVisit.js';
import type { Issuer } from './oidc.js';
import type { Settings } from './settings.js';
import { readTypedToken } from './token.js';

interface SignInProps {
  /** Why the last token was not taken; null before there was one. */
  readonly refusal: string | null;
  readonly settings: Settings;
  readonly onToken: (token: string) => void;
}

/** The form for those who come without a token in their link. */
export function SignIn({ refusal, settings, onToken }: SignInProps) {
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
          See every shelf as it is now.
          {settings.issuer === null && (
            <>
              {' '}
              Sign in with the token that <code>npm start</code> printed; the link it printed does so by itself.
            </>
          )}
        </p>
        {refusal !== null && (
          <p className={styles['refusal']} role="alert">
            <Icon name="warning" />
            <span>{refusal}</span>
          </p>
        )}
        {settings.issuer !== null && <IssuerButton issuer={settings.issuer} />}
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
          autoFocus={settings.issuer === null}
          classNames={{ input: styles['token'] ?? '' }}
        />
        <Button type="submit" size="md" variant={settings.issuer === null ? 'filled' : 'default'} fullWidth>
          Sign in
        </Button>
        <p className={styles['foot']}>Gateway: {settings.graphqlUrl}</p>
      </form>
    </main>
  );
}

/** Signs in where everybody of the house does. */
function IssuerButton({ issuer }: { readonly issuer: Issuer }) {
  const [fault, setFault] = useState<string | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const leave = async (): Promise<void> => {
    setLeaving(true);
    try {
      await departTo(issuer);
    } catch (cause) {
      setFault(`${new URL(issuer.issuer).host} cannot be asked: ${faultText(cause)}.`);
      setLeaving(false);
    }
  };
  return (
    <div className={styles['issuer']}>
      <Button size="md" fullWidth autoFocus loading={isLeaving} onClick={() => void leave()} data-testid="issuer">
        Sign in at {new URL(issuer.issuer).host}
      </Button>
      {fault !== null && <p role="alert">{fault}</p>}
      <p>or, with a token that you were given:</p>
    </div>
  );
}
