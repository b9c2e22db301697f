import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const NO_BARRELS = {
  selector: 'ExportAllDeclaration',
  message: 'No barrels: export names, one by one.',
};

const SENTENCE = 'Sentences stand in src/ui/words, in every language: say it with `t`.';
const SPOKEN =
  '/^(aria-(label|valuetext|description|roledescription)|title|alt|placeholder|label|help|valueText)$/';
const LETTERS = '/\\p{L}{2}/u';

/** Where a component would hold a sentence: its text, what is read aloud, and words that begin like one. */
const NO_SENTENCES = [
  `JSXText[value=${LETTERS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > Literal[value=${LETTERS}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${LETTERS}]`,
  `JSXAttribute[name.name=${SPOKEN}] > Literal[value=${LETTERS}]`,
  `JSXAttribute[name.name=${SPOKEN}] > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${LETTERS}]`,
  'Literal[value=/^\\p{Lu}\\p{Ll}+ \\p{Ll}/u]',
  'TemplateElement[value.raw=/^\\p{Lu}\\p{Ll}+ /u]',
].map((selector) => ({ selector, message: SENTENCE }));

const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.test-d.ts', 'e2e/**'];

export default defineConfig(
  globalIgnores(['dist/', 'public/', 'training/', 'test-results/', 'playwright-report/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '(^|/)index(\\.[jt]sx?)?$', message: 'No barrels: import the file itself.' },
            {
              regex: '(^|/)(utils?|helpers?|common|misc|managers?)(\\.[jt]sx?)?$',
              message: 'Name the file after the one concept it holds.',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', NO_BARRELS],
    },
  },
  {
    files: ['src/ui/**', 'src/main.tsx'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['src/ui/**'],
    ignores: ['src/ui/words/**', ...TESTS],
    rules: { 'no-restricted-syntax': ['error', NO_BARRELS, ...NO_SENTENCES] },
  },
  {
    // Loops over typed arrays index inside their bounds; `array[i]!` says so where the compiler cannot see it.
    files: ['workers/**', 'cli/**', 'src/contract/**', 'src/state/lab/**', ...TESTS],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Kernels are functions of their arguments: the same input gives the same pixels, always.
    files: ['workers/pipeline/**', 'src/contract/**'],
    ignores: TESTS,
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'self', message: 'A kernel takes what it needs as an argument.' },
        { name: 'performance', message: 'A kernel takes times as an argument.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Noise comes from the seeded generator.' },
        { object: 'Date', property: 'now', message: 'A kernel takes times as an argument.' },
      ],
    },
  },
  {
    // The compiler reads the casts in JSDoc; these rules do not, and would call every parsed JSON unsafe.
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // A test file is a list of sentences; its outer function is as long as the list.
    files: TESTS,
    rules: { 'max-lines-per-function': 'off' },
  },
);
