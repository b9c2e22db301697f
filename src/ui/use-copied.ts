import { useState } from 'react';

const COPIED_SHOWN_MS = 1600;

/** Copies something, and says for a moment that it is copied. A browser may refuse the clipboard: then `copy` rejects. */
export function useCopied(write: () => Promise<void>): {
  readonly isCopied: boolean;
  readonly copy: () => Promise<void>;
} {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await write();
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
  };
  return { isCopied, copy };
}
