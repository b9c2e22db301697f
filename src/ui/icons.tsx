/** Icons of the page: 16-unit outlines in the colour of the text around them. Decoration only, hence hidden from readers. */
import type { ReactNode } from 'react';

const paths = {
  generate: (
    <path d="M8 1.75v3M8 11.25v3M1.75 8h3M11.25 8h3M4 4l1.6 1.6M10.4 10.4 12 12M12 4l-1.6 1.6M5.6 10.4 4 12" />
  ),
  stop: <rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1.5" />,
  discard: <path d="m4 4 8 8M12 4l-8 8" />,
  add: <path d="M8 3v10M3 8h10" />,
  remove: <path d="M3 8h10" />,
  dice: (
    <>
      <rect x="2.25" y="2.25" width="11.5" height="11.5" rx="2.5" />
      <path d="M5.5 5.5h.01M10.5 5.5h.01M8 8h.01M5.5 10.5h.01M10.5 10.5h.01" strokeWidth="2" />
    </>
  ),
  lock: (
    <>
      <rect x="3.25" y="7.25" width="9.5" height="6.5" rx="1.5" />
      <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
    </>
  ),
  unlock: (
    <>
      <rect x="3.25" y="7.25" width="9.5" height="6.5" rx="1.5" />
      <path d="M5.25 7V4.75a2.75 2.75 0 0 1 5.3-1" />
    </>
  ),
  copy: (
    <>
      <rect x="5.75" y="5.75" width="8" height="8" rx="1.5" />
      <path d="M10.25 3.5V3A1.25 1.25 0 0 0 9 1.75H3.5A1.25 1.25 0 0 0 2.25 3v5.5a1.25 1.25 0 0 0 1.25 1.25h.25" />
    </>
  ),
  check: <path d="m3 8.5 3.25 3.25L13 5" />,
  download: <path d="M8 2.25v8M4.75 7.25 8 10.5l3.25-3.25M2.75 13.25h10.5" />,
  link: (
    <path d="M6.75 9.25a2.5 2.5 0 0 0 3.6 0l2.4-2.4a2.55 2.55 0 0 0-3.6-3.6l-.9.9M9.25 6.75a2.5 2.5 0 0 0-3.6 0l-2.4 2.4a2.55 2.55 0 0 0 3.6 3.6l.9-.9" />
  ),
  star: <path d="m8 2.25 1.75 3.7 4 .5-2.95 2.8.75 4L8 11.3l-3.55 1.95.75-4-2.95-2.8 4-.5Z" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2" />,
  up: <path d="m4.5 9.75 3.5-3.5 3.5 3.5" />,
  film: (
    <>
      <rect x="2.25" y="3" width="11.5" height="10" rx="1.5" />
      <path d="M5 3v10M11 3v10M2.5 8H5M11 8h2.5" />
    </>
  ),
  play: <path d="m5 3.25 7.5 4.75L5 12.75Z" />,
  pause: <path d="M5.25 3.5v9M10.75 3.5v9" />,
  open: (
    <path d="M2.25 12.5V4.25A1.25 1.25 0 0 1 3.5 3h2.75l1.5 1.75h4.75A1.25 1.25 0 0 1 13.75 6v6.5a.75.75 0 0 1-.75.75H3a.75.75 0 0 1-.75-.75Z" />
  ),
  latent: (
    <>
      <rect x="2.25" y="2.25" width="11.5" height="11.5" rx="1.5" />
      <path d="M8 2.5v11M2.5 8h11M11 8v5.5M8 10.9h5.5" />
    </>
  ),
  info: (
    <>
      <path d="M6.3 6.1a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.8.6-.8 1.2" />
      <path d="M8 11.4h.01" strokeWidth="2" />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.75" />
      <path d="M8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9" />
    </>
  ),
  globe: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M2.25 8h11.5M8 2.25c2.2 2.4 2.2 9.1 0 11.5M8 2.25c-2.2 2.4-2.2 9.1 0 11.5" />
    </>
  ),
  model: (
    <>
      <path d="M8 1.9 13.75 5 8 8.1 2.25 5Z" />
      <path d="m2.25 8.1 5.75 3 5.75-3M2.25 11.1l5.75 3 5.75-3" />
    </>
  ),
  moon: <path d="M13.25 9.5A5.75 5.75 0 0 1 6.5 2.75a5.75 5.75 0 1 0 6.75 6.75Z" />,
  device: (
    <>
      <rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.5" />
      <path d="M5.5 13.75h5" />
    </>
  ),
  compare: (
    <>
      <rect x="2.25" y="2.25" width="11.5" height="11.5" rx="2.5" />
      <path d="M8 1v14M10.5 5.5h3M10.5 8h3M10.5 10.5h3" />
    </>
  ),
  chevron: <path d="m4.5 6.25 3.5 3.5 3.5-3.5" />,
  warning: <path d="M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.4h.01" />,
} satisfies Record<string, ReactNode>;

/** Name of an icon. */
export type IconName = keyof typeof paths;

/** One icon, 1 em high unless told otherwise. */
export function Icon({ name, size = '1em' }: { name: IconName; size?: string }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {paths[name]}
    </svg>
  );
}

/** The mark of the studio: a square whose corner is divided again and again, coarse to fine. */
export function Mark({ size = '24' }: { size?: string }) {
  return (
    <svg
      className="mark"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path
        d="M2 2h9.5v9.5H2zM2 12.5h9.5V22H2zM12.5 12.5H22V22h-9.5z"
        fill="currentColor"
        opacity=".28"
      />
      <path
        d="M12.5 2H17v4.5h-4.5zM12.5 7.25H17v4.25h-4.5zM17.75 7.25H22v4.25h-4.25z"
        fill="currentColor"
        opacity=".6"
      />
      <path d="M17.75 2H22v4.5h-4.25z" className="mark__tip" />
    </svg>
  );
}
