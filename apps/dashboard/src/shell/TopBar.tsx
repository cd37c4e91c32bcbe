import { ActionIcon, Button, Tooltip, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { usePause } from '../live/pause.js';
import { Icon, type IconName } from '../page/Icon.js';
import { Mark } from '../page/Mark.js';
import { quantityText } from '../stock/quantityText.js';
import { LiveWords } from './LiveWords.js';
import styles from './TopBar.module.css';
import { ViewerName } from './ViewerName.js';

const SCHEMES: Record<MantineColorScheme, { readonly icon: IconName; readonly name: string; readonly next: MantineColorScheme }> = {
  auto: { icon: 'system', name: 'as the system', next: 'light' },
  light: { icon: 'sun', name: 'light', next: 'dark' },
  dark: { icon: 'moon', name: 'dark', next: 'auto' },
};

/** Who we are, how live it is, and the few things that concern every page. */
export function TopBar({ onSignOut, onHelp }: { readonly onSignOut: () => void; readonly onHelp: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const scheme = SCHEMES[colorScheme];
  return (
    <header className={styles['bar']}>
      <div className={styles['brand']}>
        <Mark size={26} />
        <h1>Quayside</h1>
      </div>
      <LiveWords />
      <div className={styles['actions']}>
        <PauseButton />
        <ViewerName />
        <BarIcon
          icon={scheme.icon}
          label={`Colours: ${scheme.name}. Switch to ${SCHEMES[scheme.next].name}`}
          onClick={() => setColorScheme(scheme.next)}
          testId="colour-scheme"
        />
        <span className={styles['help']}>
          <BarIcon icon="help" label="Keyboard shortcuts (?)" onClick={onHelp} testId="help-button" />
        </span>
        <BarIcon icon="leave" label="Sign out" onClick={onSignOut} testId="sign-out" />
      </div>
    </header>
  );
}

interface BarIconProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly testId: string;
}

function BarIcon({ icon, label, onClick, testId }: BarIconProps) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={onClick} data-testid={testId}>
        <Icon name={icon} size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function PauseButton() {
  const { stock } = useDesk();
  const { isPaused, setPaused } = usePause();
  const missedCount = useSyncExternalStore(stock.bell.listen, () => stock.missedCount);
  return (
    <Button
      className={styles['pause'] ?? ''}
      size="compact-sm"
      variant={isPaused ? 'filled' : 'default'}
      leftSection={<Icon name={isPaused ? 'play' : 'pause'} size={14} />}
      onClick={() => setPaused(!isPaused)}
      title={isPaused ? 'Show everything as it is now (p)' : 'Hold what is shown still (p)'}
      aria-label={isPaused ? `Resume: ${quantityText(missedCount)} levels have changed` : 'Pause'}
      data-testid="pause"
      data-missed={missedCount}
    >
      <span className={styles['pauseWord']}>{isPaused ? 'Resume' : 'Pause'}</span>
      {isPaused && missedCount > 0 && <span className={styles['missed']}>{quantityText(missedCount)} changed</span>}
    </Button>
  );
}
