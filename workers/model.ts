/** A loaded bundle: what every part of the engine needs to run graphs. */
import type { GraphName, ModelManifest } from '../src/contract/manifest';
import type { MeteredBackend } from './metered-backend';
import type { GraphSession } from './session-backend';
import type { TextTokenizer } from './text-tokenizer';

/** Graphs that are ready from the start. */
export type ReadyGraph = Exclude<GraphName, 'tok_encoder' | 'attention_test'>;

/** These graphs; null where the model needs none. */
export type ReadyGraphs = Readonly<
  Record<Exclude<ReadyGraph, 'depatchify_anchors'>, GraphSession>
> & { readonly depatchify_anchors: GraphSession | null };

/** A bundle in memory and on the device. */
export interface Model {
  readonly manifest: ModelManifest;
  readonly backend: MeteredBackend;
  readonly tokenizer: TextTokenizer;
  readonly graphs: ReadyGraphs;
  /** The encoder of images, made at its first use. */
  tokEncoder(): Promise<GraphSession>;
  /** Frees all graphs and the device. */
  release(): Promise<void>;
}

/** Names like `prefix0`, `prefix1`, ... */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
