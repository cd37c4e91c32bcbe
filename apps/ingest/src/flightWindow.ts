/** Requests that are taken in at once; beyond it callers are told 503 at the door instead of waiting in a queue that grows. */
const REQUESTS_MAX = 512;
/** Bodies held at once, bytes: 16 of the largest, or 512 of 128 KiB. */
const BYTES_MAX = 64 * 1024 * 1024;

/** What one request holds of the window. */
export interface Flight {
  /** Counts more bytes in; false when the window is full, and then they are not counted. */
  grow(bytes: number): boolean;
  close(): void;
}

/** Bounds what is being taken in by this process at any moment: requests and their bytes. */
export class FlightWindow {
  requests = 0;
  bytes = 0;

  constructor(
    private readonly requestsMax: number = REQUESTS_MAX,
    private readonly bytesMax: number = BYTES_MAX,
  ) {}

  /** Null when as many requests as may be are in flight. Whoever opens has to close. */
  open(): Flight | null {
    if (this.requests >= this.requestsMax) return null;
    this.requests++;
    let held = 0;
    return {
      grow: (bytes) => {
        if (this.bytes + bytes > this.bytesMax) return false;
        this.bytes += bytes;
        held += bytes;
        return true;
      },
      close: () => {
        this.requests--;
        this.bytes -= held;
        held = 0;
      },
    };
  }
}
