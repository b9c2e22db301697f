/** What the contract names of the platform, which it is compiled without: the DOM on one side, a worker or Node on the other. */

/** The part of an AbortSignal the engine uses; an AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The part of an OffscreenCanvas that the contract names; an OffscreenCanvas is one. */
export interface CanvasHandle {
  width: number;
  height: number;
}
