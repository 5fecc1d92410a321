import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The pure core: a function of its arguments. It may import neither editor, network nor disk, and may not read the clock. */
const core = ['manifest', 'schema', 'catalog', 'planner', 'rules', 'features'].map(
  (room) => `server/src/${room}/**/*.ts`,
);

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-host/', '.bench/', 'test/fixtures/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: [...core, 'server/src/analysis.ts', 'server/src/protocol.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'path', 'os', 'http', 'https', 'net', 'child_process'],
              message: 'The core is free of disk, network and process.',
            },
            {
              group: ['vscode', 'vscode-languageclient*', 'vscode-languageserver', 'vscode-languageserver/*'],
              message: 'The core knows no editor connection.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'fetch',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'performance',
        'console',
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'No clock in the core: take `today`.',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'No clock in the core: take `today`.',
        },
      ],
    },
  },
);
