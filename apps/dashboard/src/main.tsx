import '@fontsource-variable/inter/wght.css';
import './page/mantine.css';
import './page/theme.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.js';
import { Plight } from './page/Plight.js';
import { mantineVariables, theme } from './page/theme.js';
import { keepToken, takeTokenFromAddress } from './session/keptToken.js';
import { arriveFrom } from './session/oidcVisit.js';
import { readSettings, type Settings } from './session/settings.js';

const token = takeTokenFromAddress();
if (token !== null) keepToken(token);

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
const root = createRoot(place);

function show(page: React.ReactNode): void {
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={mantineVariables} defaultColorScheme="auto">
        {page}
      </MantineProvider>
    </StrictMode>,
  );
}

/** Whoever comes back from the issuer is signed in before the page is shown. */
async function open(settings: Settings): Promise<void> {
  const arrival = settings.issuer === null ? null : await arriveFrom(settings.issuer);
  if (arrival?.kind === 'token') keepToken(arrival.token);
  show(<App settings={settings} firstRefusal={arrival?.kind === 'refused' ? `You were not signed in: ${arrival.reason}.` : null} />);
}

readSettings().then(
  (settings) => open(settings),
  (cause: unknown) =>
    show(
      <Plight title="The dashboard cannot find its gateway">
        Its own server did not say where the gateway is ({cause instanceof Error ? cause.message : String(cause)}). See whether it still runs, then reload this
        page.
      </Plight>,
    ),
);
