import { Loader } from '@mantine/core';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { usePause } from '../live/pause.js';
import { PageHead } from '../page/PageHead.js';
import { useKeyboard, useKeys } from '../page/useKeys.js';
import type { Bindings } from '../page/KeyBindings.js';
import { HelpSheet } from './HelpSheet.js';
import { LostBanner } from './LostBanner.js';
import { Navigation } from './Navigation.js';
import { PLACES } from './places.js';
import styles from './Shell.module.css';
import { TopBar } from './TopBar.js';

const NowPage = lazy(async () => ({ default: (await import('../now/NowPage.js')).NowPage }));
const StockPage = lazy(async () => ({ default: (await import('../stock/StockPage.js')).StockPage }));
const ItemPage = lazy(async () => ({ default: (await import('../item/ItemPage.js')).ItemPage }));
const OrdersPage = lazy(async () => ({ default: (await import('../orders/OrdersPage.js')).OrdersPage }));
const AlertsPage = lazy(async () => ({ default: (await import('../alerts/AlertsPage.js')).AlertsPage }));
const QualityPage = lazy(async () => ({ default: (await import('../quality/QualityPage.js')).QualityPage }));

/** What stands around every page: who we are, how live it is, where one can go, and the page itself. */
export function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const main = useRef<HTMLElement>(null);
  const [isHelping, setHelping] = useState(false);
  useKeyboard();
  useShellKeys(() => setHelping(true));
  return (
    <div className={styles['shell']}>
      <a
        className={styles['skip']}
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <TopBar onSignOut={onSignOut} onHelp={() => setHelping(true)} />
      <LostBanner />
      <div className={styles['middle']}>
        <Navigation />
        <main className={styles['main']} id="main" tabIndex={-1} ref={main}>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path="/" component={NowPage} />
              <Route path="/stock" component={StockPage} />
              <Route path="/items/:sku" component={ItemPage} />
              <Route path="/orders" component={OrdersPage} />
              <Route path="/alerts" component={AlertsPage} />
              <Route path="/quality" component={QualityPage} />
              <Route component={NoPage} />
            </Switch>
          </Suspense>
        </main>
      </div>
      {isHelping && <HelpSheet onClose={() => setHelping(false)} />}
    </div>
  );
}

function useShellKeys(help: () => void): void {
  const [, navigate] = useLocation();
  const { isPaused, setPaused } = usePause();
  const newest = useRef({ isPaused, help });
  newest.current = { isPaused, help };
  const bindings = useMemo<Bindings>(() => {
    const goings = PLACES.map((place) => [`g ${place.key}`, { label: `Go to ${place.name}`, run: () => navigate(place.path) }] as const);
    return {
      ...Object.fromEntries(goings),
      '/': { label: 'Search on this page', run: () => document.querySelector<HTMLElement>('[data-search]')?.focus() },
      p: { label: 'Pause what is shown, or go on', run: () => setPaused(!newest.current.isPaused) },
      '?': { label: 'Show this list', run: () => newest.current.help() },
    };
  }, [navigate, setPaused]);
  useKeys(bindings);
}

function Loading() {
  return (
    <div className={styles['loading']} role="status">
      <Loader size="sm" aria-hidden="true" />
      <span className="visuallyHidden">Loading the page</span>
    </div>
  );
}

function NoPage() {
  return (
    <section className={styles['none']} data-page="none" data-ready>
      <PageHead title="There is no such page" />
      <p>
        The address leads nowhere. <Link href="/">Go to Now</Link>, or pick a page at the side.
      </p>
    </section>
  );
}
