// The original text encoder and tokenizer, run by Node: what dcs/text.py is compared with.
// Usage: node reference_text.cjs SOURCES_DIR < requests.json > answers.json
//   request  { tokenize: string[], embed: string[] }
//   answer   { ids: number[][], pooled: number[][], states: number[][][] }, one row of `states` per token
const fs = require('node:fs');
const path = require('node:path');

const packages = path.resolve(process.argv[2], 'node_modules/@energetic-ai');
const { tensor1d, tensor2d } = require(path.join(packages, 'core'));
const { initModel } = require(path.join(packages, 'embeddings'));
const { modelSource } = require(path.join(packages, 'model-embeddings-en'));

// The sum that leaves the last layer, before the mean over tokens.
const TOKEN_STATES =
  'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/layer_postprocess/add';

async function main() {
  const request = JSON.parse(fs.readFileSync(0, 'utf8'));
  const original = await initModel(modelSource);
  const states = [];
  for (const text of request.embed) {
    const ids = original.tokenizer.encode(text);
    const positions = ids.map((_, position) => [0, position]);
    const inputs = { indices: tensor2d(positions, [ids.length, 2], 'int32'), values: tensor1d(ids, 'int32') };
    const output = await original.model.executeAsync(inputs, [TOKEN_STATES]);
    states.push((await (Array.isArray(output) ? output[0] : output).array())[0]);
  }
  const answer = {
    ids: request.tokenize.map((text) => original.tokenizer.encode(text)),
    pooled: await original.embed(request.embed),
    states,
  };
  fs.writeFileSync(1, JSON.stringify(answer));
}

void main();
