import type { ReactNode } from 'react';

const PATHS = {
  search: <path d="M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2.2" />,
  play: <path d="M4.5 3v10l8-5-8-5Z" fill="currentColor" />,
  up: <path d="M8 13V3.5M4 7.3 8 3.3l4 4" />,
  down: <path d="M8 3v9.5M4 8.7l4 4 4-4" />,
  low: <path d="M2.5 4 6 8l2.5-2 5 6M13.5 8.5V12H10" />,
  negative: <path d="M8 2 14.5 13.5h-13L8 2Zm0 4.2v3.4m0 1.7v.4" />,
  critical: <path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4l3.6-3.6ZM8 4.6v4.2m0 2v.5" />,
  warning: <path d="M8 2 14.5 13.5h-13L8 2Zm0 4.2v3.4m0 1.7v.4" />,
  info: <path d="M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm0 5.4v4m0-6.4v.4" />,
  check: <path d="M2.8 8.4 6.4 12l7-8" />,
  sun: <path d="M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1v1.4m0 11.2V15M1 8h1.4m11.2 0H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1" />,
  moon: <path d="M13.6 9.6A6 6 0 0 1 6.4 2.4a6 6 0 1 0 7.2 7.2Z" />,
  system: <path d="M2 3h12v8H2V3Zm4 11h4m-2-3v3" />,
  leave: <path d="M6.5 2.5h-4v11h4M6.5 8h7m-2.8-3L13.6 8l-2.9 3" />,
  sort: <path d="M4.5 13V3m-2.2 2.4L4.5 3l2.2 2.4M11.5 3v10m-2.2-2.4 2.2 2.4 2.2-2.4" />,
  pencil: <path d="m2.8 13.2.6-3 7.3-7.3a1.2 1.2 0 0 1 1.7 0l.7.7a1.2 1.2 0 0 1 0 1.7l-7.3 7.3-3 .6Z" />,
  copy: <path d="M5.5 5.5h8v8h-8v-8Zm5-3h-8v8" />,
  plug: <path d="M5.5 1.8v3m5-3v3M3.5 4.8h9v2.7a4.5 4.5 0 0 1-9 0V4.8ZM8 12v2.5" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  code: <path d="M5.2 4.500 1.800 8l3.400 3.500m5.600-7L14.200 8l-3.400 3.500M9.200 3 6.800 13" />,
  download: <path d="M8 2v8m-3.200-3L8 10.200 11.200 7M2.500 13.500h11" />,
  now: <path d="M1.800 8h2.700l1.700-4.500 3.200 9L11.200 8h3" />,
  stock: <path d="M2.500 2.500h11v4h-11v-4Zm0 7h11v4h-11v-4Zm4-5h3m-3 7h3" />,
  orders: <path d="M3.500 2h9v12l-2.200-1.500L8 14l-2.300-1.500L3.500 14V2Zm2.500 4h4m-4 3h4" />,
  alerts: <path d="M8 2a4.200 4.200 0 0 0-4.200 4.200V9L2.500 11.500h11L12.200 9V6.200A4.200 4.200 0 0 0 8 2Zm-1.600 12h3.200" />,
  quality: <path d="M8 1.800 13.500 4v4c0 3.200-2.300 5.300-5.500 6.300C4.800 13.300 2.500 11.200 2.500 8V4L8 1.800ZM5.500 8l1.900 1.900L10.800 6.300" />,
  help: <path d="M8 1.800a6.200 6.200 0 1 0 0 12.400A6.200 6.200 0 0 0 8 1.800ZM6.300 6.300c0-2.300 3.500-2.200 3.500 0 0 1.500-1.800 1.500-1.800 3m0 2v.2" />,
  eye: <path d="M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8ZM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z" />,
  next: <path d="m6 3.500 4.500 4.500L6 12.500" />,
  calm: (
    <path d="M1.5 6c1.6 0 1.6 1.3 3.2 1.3S6.4 6 8 6s1.6 1.3 3.2 1.300S12.9 6 14.5 6M1.5 10.200c1.6 0 1.6 1.3 3.2 1.300s1.7-1.3 3.3-1.3 1.6 1.3 3.2 1.3 1.7-1.3 3.3-1.3" />
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** A small line drawing in the colour of its text. It is never the only sign of anything: words stand beside it or are read out. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {PATHS[name]}
    </svg>
  );
}
