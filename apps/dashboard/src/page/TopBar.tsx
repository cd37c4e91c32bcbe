import { ActionIcon, Button, Tooltip, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { INBOX_DOM_ID } from '../alerts/AlertInbox.js';
import { useDesk } from '../live/Desk.js';
import { quantityText } from '../stock/quantityText.js';
import { Icon, type IconName } from './Icon.js';
import { LiveWords } from './LiveWords.js';
import { Mark } from './Mark.js';
import styles from './TopBar.module.css';

const SCHEMES: Record<MantineColorScheme, { readonly icon: IconName; readonly name: string; readonly next: MantineColorScheme }> = {
  auto: { icon: 'system', name: 'as the system', next: 'light' },
  light: { icon: 'sun', name: 'light', next: 'dark' },
  dark: { icon: 'moon', name: 'dark', next: 'auto' },
};

/** Who we are, how live it is, and the few things that concern the whole page. */
export function TopBar({ onSignOut }: { readonly onSignOut: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const scheme = SCHEMES[colorScheme];
  const schemeText = `Colours: ${scheme.name}. Switch to ${SCHEMES[scheme.next].name}`;
  return (
    <header className={styles['bar']}>
      <div className={styles['brand']}>
        <Mark size={26} />
        <h1>Quayside</h1>
      </div>
      <LiveWords />
      <div className={styles['actions']}>
        <InboxShortcut />
        <Tooltip label={schemeText} openDelay={400}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={schemeText} onClick={() => setColorScheme(scheme.next)} data-testid="colour-scheme">
            <Icon name={scheme.icon} size={18} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Sign out" openDelay={400}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Sign out" onClick={onSignOut}>
            <Icon name="leave" size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}

/** On narrow screens the inbox is below the grid: this says that there is something in it, and leads there. */
function InboxShortcut() {
  const { alerts } = useDesk();
  const openCount = useSyncExternalStore(alerts.bell.listen, () => alerts.listed.length - alerts.leaving.size);
  if (openCount === 0) return null;
  return (
    <Button
      className={styles['shortcut'] ?? ''}
      size="compact-sm"
      variant="default"
      leftSection={<Icon name="warning" size={14} />}
      aria-label={`Go to ${quantityText(openCount)} open alerts`}
      onClick={() => document.getElementById(INBOX_DOM_ID)?.scrollIntoView()}
    >
      {quantityText(openCount)}
    </Button>
  );
}
