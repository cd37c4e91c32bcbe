import type { FrameBell } from './FrameBell.js';

/** Whether what is shown is held still. One switch for the whole page, so that one button holds everything. */
export class PauseSwitch {
  private isOn = false;

  constructor(readonly bell: FrameBell) {}

  get isPaused(): boolean {
    return this.isOn;
  }

  set(isPaused: boolean): void {
    this.isOn = isPaused;
    this.bell.ring();
  }
}
