/**
 * The arrows between the parts, as rules. Tests, and what several tests share (`testing/`), may reach further than the
 * file they sit beside: they are exempt from the layer rules and held to the package rules only.
 */
const TEST = '\\.test(-d)?\\.tsx?$|/testing/';

/**
 * @param {string} layer folder whose files are restricted
 * @param {string} allowed pattern of our own files that they may import
 * @param {string} comment why
 */
const mayImportOnly = (layer, allowed, comment) => ({
  name: `${layer.replaceAll(/[\\^$/]/g, '-').replaceAll(/^-+|-+$/g, '')}-imports-only-below`,
  comment,
  severity: 'error',
  from: { path: layer, pathNot: TEST },
  to: { path: '^(src|workers|cli|e2e|scripts|training)/', pathNot: allowed },
});

/**
 * @param {string} name package
 * @param {string} allowed pattern of the files that may import it
 */
const packageOnlyIn = (name, allowed) => ({
  name: `${name.replaceAll(/[^a-z-]/g, '')}-has-one-home`,
  comment: `Only ${allowed} may import ${name}, so that it can be replaced in one place.`,
  severity: 'error',
  from: { path: '^(src|workers|cli|e2e|scripts)/', pathNot: allowed },
  to: { path: `(^|/)node_modules/${name}(/|$)|^${name}(/|$)` },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means two files are one concept, or a concept is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'Every import names a file or an installed package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that is used is in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    mayImportOnly('^src/contract/', '^src/contract/', 'The contract is the leaf.'),
    mayImportOnly('^src/state/', '^src/(state|contract)/', 'State knows no page and no worker.'),
    mayImportOnly(
      '^src/ui/',
      '^src/(ui|state|contract)/',
      'The page reads state and calls its actions.',
    ),
    mayImportOnly('^src/engine/', '^src/(engine|contract)/', 'The client speaks the contract.'),
    mayImportOnly('^src/storage/', '^src/(storage|contract)/', 'Storage keeps what it is given.'),
    mayImportOnly('^workers/', '^(workers|src/contract)/', 'The worker speaks the contract.'),
    mayImportOnly(
      '^workers/pipeline/',
      '^(workers/pipeline|src/contract)/',
      'Kernels stay pure: data in, data out.',
    ),
    mayImportOnly('^cli/', '^(cli|workers|src/contract)/', 'The command line runs the engine.'),
    {
      name: 'contract-is-pure',
      comment: 'The contract runs on both threads and in Node, so it needs no package at all.',
      severity: 'error',
      from: { path: '^src/contract/', pathNot: TEST },
      to: { pathNot: '^src/contract/' },
    },
    {
      name: 'pipeline-is-pure',
      comment: 'Kernels import no package and no Node module.',
      severity: 'error',
      from: { path: '^workers/pipeline/', pathNot: TEST },
      to: { pathNot: '^(workers/pipeline|src/contract)/' },
    },
    {
      name: 'no-node-in-the-browser',
      comment: 'The page and the worker have no Node modules.',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    packageOnlyIn('onnxruntime-web', '^workers/session\\.ts$'),
    packageOnlyIn('onnxruntime-node', '^cli/node-session\\.ts$'),
    packageOnlyIn('h264-mp4-encoder', '^cli/mp4\\.ts$'),
    packageOnlyIn('mediabunny', '^src/ui/(clip-files|lab/media-files)\\.ts$'),
    packageOnlyIn('idb', '^src/storage/'),
    packageOnlyIn('workbox-window', '^src/storage/'),
    packageOnlyIn('comlink', '^(src/engine/engine-client|workers/inference\\.worker)\\.ts$'),
    ...['react', 'react-dom', 'react-aria-components'].map((name) =>
      packageOnlyIn(name, '^src/(ui/|main\\.tsx$)'),
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
