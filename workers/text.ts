/** From a prompt to what the DiT takes: the states of the prompt and, for guidance, of the empty caption beside it. */
import { textBias } from './pipeline/masks';
import type { Model } from './model';
import type { DeviceTensor, GraphSession } from './session-backend';
import { TensorScope } from './tensor-scope';
import type { EncodedText } from './text-tokenizer';

/** An encoded prompt; branch 0 is the prompt, branch 1 (if any) the empty caption, padded to the same length. */
export interface EncodedPrompt {
  readonly branches: 1 | 2;
  /** S, text tokens with padding. */
  readonly length: number;
  readonly tokenCounts: readonly number[];
  /** (B, S, d_txt) */
  readonly states: DeviceTensor;
  /** (B, d_txt) */
  readonly pooled: DeviceTensor;
  /** What the tokenizer found. */
  readonly reading: EncodedText;
  dispose(): void;
}

/** Encodes a prompt; with two branches the empty caption too, in the same run. */
export async function encodePrompt(
  model: Model,
  prompt: string,
  branches: 1 | 2,
): Promise<EncodedPrompt> {
  const { backend, manifest } = model;
  const session = model.graphs.text_encoder;
  const reading = model.tokenizer.encode(prompt);
  const captions = branches === 1 ? [reading.ids] : [reading.ids, manifest.emptyPromptIds];
  const tokenCounts = captions.map((ids) => ids.length);
  const length = Math.max(...tokenCounts);
  const padded = captions.flatMap((ids) => [...ids, ...Array<number>(length - ids.length).fill(0)]);
  const scope = new TensorScope(backend);
  try {
    const positions = Array.from({ length }, (_, i) => i);
    const { text_states: states, text_pooled: pooled } = await session.run(
      {
        input_ids: scope.upload(wholeNumbers(session, 'input_ids', padded), [branches, length]),
        text_bias: scope.upload(textBias(tokenCounts, length, 1), [branches, 1, 1, length]),
        ...(session.inputType('position_ids') !== null && {
          position_ids: scope.upload(wholeNumbers(session, 'position_ids', positions), [1, length]),
        }),
      },
      ['text_states', 'text_pooled'],
    );
    const result = { states: states!, pooled: pooled! };
    return {
      branches,
      length,
      tokenCounts,
      ...result,
      reading,
      dispose: () => Object.values(result).forEach((tensor) => backend.dispose(tensor)),
    };
  } finally {
    scope.dispose();
  }
}

function wholeNumbers(
  session: GraphSession,
  input: string,
  values: readonly number[],
): Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> {
  return session.inputType(input) === 'int64'
    ? BigInt64Array.from(values, BigInt)
    : Int32Array.from(values);
}
