import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

// What a feature may know of other features: nouns that everybody speaks of. All else meets in `app`.
const GROUND = ['session', 'presence', 'people', 'statistics'];

const of = (type) => ({ element: { type } });
const to = (...types) => types.map((type) => ({ to: of(type) }));
const feature = (noun) => ({ to: { element: { type: 'feature', captured: { noun } } } });

export default defineConfig(
  globalIgnores(['src/shared/api/schema.d.ts', 'public/', 'eslint.resolver.cjs']),
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  hooks.configs.flat.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { boundaries },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import/resolver': { [import.meta.dirname + '/eslint.resolver.cjs']: {} },
      'boundaries/include': ['src/{app,features,shared}/**/*'],
      'boundaries/elements': [
        { type: 'shared', pattern: 'src/shared/**', partialMatch: false },
        { type: 'feature', pattern: 'src/features/*', capture: ['noun'] },
        { type: 'app', pattern: 'src/app/**', partialMatch: false },
      ],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            { from: of('shared'), allow: to('shared') },
            { from: of('feature'), allow: [...to('shared'), feature('{{from.element.captured.noun}}'), ...GROUND.map(feature)] },
            { from: of('app'), allow: to('shared', 'feature', 'app') },
          ],
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'off', // the router is told of a redirect by throwing one
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/\\p{L}{2}/u]', message: 'What people read stands in the catalogue.' },
        {
          selector: 'JSXAttribute[name.name=/^(aria-label|title|label|description|alt)$/] > Literal[value=/\\p{L}{2}/u]',
          message: 'What people read stands in the catalogue.',
        },
      ],
    },
  },
  { files: ['*.{js,ts}'], extends: [ts.configs.disableTypeChecked] },
);
