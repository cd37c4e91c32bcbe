import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { DeskContext, openDesk, type Desk } from './live/Desk.js';
import { SignIn } from './session/SignIn.js';
import { keepToken, readKeptToken, takeTokenFromAddress } from './session/keptToken.js';
import type { Settings } from './session/settings.js';
import { Shell } from './shell/Shell.js';

/** Signed out: the form. Signed in: the page, with a desk of its own for each token. */
export function App({ settings, firstRefusal }: { readonly settings: Settings; readonly firstRefusal: string | null }) {
  const [token, setToken] = useState(readKeptToken);
  const [refusal, setRefusal] = useState(firstRefusal);
  const signIn = (next: string | null): void => {
    setRefusal(null);
    setToken(next);
  };
  useEffect(() => keepToken(token), [token]);
  useEffect(() => {
    // A link with a token, opened in a tab that shows this page already.
    const take = (): void => {
      const found = takeTokenFromAddress();
      if (found !== null) signIn(found);
    };
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  const refuse = (reason: string): void => {
    setRefusal(reason);
    setToken(null);
  };
  if (token === null) return <SignIn refusal={refusal} settings={settings} onToken={signIn} />;
  return <SignedIn key={token} settings={settings} token={token} onRefused={refuse} onSignOut={() => signIn(null)} />;
}

interface SignedInProps {
  readonly settings: Settings;
  readonly token: string;
  readonly onRefused: (reason: string) => void;
  readonly onSignOut: () => void;
}

function SignedIn({ settings, token, onRefused, onSignOut }: SignedInProps) {
  const [desk, setDesk] = useState<Desk | null>(null);
  useEffect(() => {
    const opened = openDesk(settings, token);
    opened.connection.start();
    setDesk(opened);
    return () => opened.connection.stop();
  }, [settings, token]);
  return desk === null ? null : <OpenDesk desk={desk} onRefused={onRefused} onSignOut={onSignOut} />;
}

function OpenDesk({ desk, onRefused, onSignOut }: { readonly desk: Desk } & Pick<SignedInProps, 'onRefused' | 'onSignOut'>) {
  const { connection } = desk;
  const state = useSyncExternalStore(connection.bell.listen, () => connection.state);
  const refusal = useMemo(() => (state.kind === 'refused' ? refusalText(state) : null), [state]);
  useEffect(() => {
    if (refusal !== null) onRefused(refusal);
  }, [refusal, onRefused]);
  if (refusal !== null) return null;
  return (
    <DeskContext value={desk}>
      <Shell onSignOut={onSignOut} />
    </DeskContext>
  );
}

function refusalText({ reason, wasEverLive }: { readonly reason: string; readonly wasEverLive: boolean }): string {
  if (wasEverLive) return `Your sign-in has ended (${reason}). Sign in again with a new token.`;
  return `The gateway refused this token (${reason}). It may have expired, or belong to another installation.`;
}
