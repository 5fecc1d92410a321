/**
 * `npm test`: everything that must hold, one step after the other; all steps run even when one fails. Installs what is missing.
 * Ends with `N passed, N failed`: tests of mocha one by one, every other step as one.
 * `npm test -- --only NAME` runs the steps whose name contains NAME.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { install } from './install.mjs';

install();

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const bin = (name) => `node_modules/.bin/${name}`;
const mocha = (...globs) => [bin('mocha'), '--import=tsx', '--timeout=60000', '--exit', ...globs];

/** `counts: 'mocha'`: the step prints mocha's own summary, which is added up. */
const steps = [
  { name: 'generated files are fresh', command: [bin('tsx'), 'scripts/generate.ts', '--check'] },
  { name: 'catalogue data is fresh', command: [bin('tsx'), 'scripts/import-catalog.ts', '--check'] },
  { name: 'accuracy is no worse', command: [bin('tsx'), 'scripts/accuracy/run.ts', '--check'] },
  { name: 'types', command: [bin('tsc'), '-b'] },
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings=0'] },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  { name: 'build', command: ['node', 'scripts/build.mjs', '--production'] },
  { name: 'package', command: [bin('tsx'), 'scripts/package.ts'] },
  {
    name: 'unit tests and rules',
    command: mocha('test/unit/**/*.test.ts', 'test/rules/**/*.test.ts'),
    counts: 'mocha',
  },
  {
    name: 'language server and command line',
    command: mocha('test/lsp/**/*.test.ts', 'test/worker/**/*.test.ts', 'test/cli/**/*.test.ts'),
    counts: 'mocha',
  },
  { name: 'VS Code, current', command: [bin('tsx'), 'test/e2e/run.ts'], counts: 'mocha' },
  {
    name: 'VS Code, packaged',
    command: [bin('tsx'), 'test/e2e/run.ts', '--vsix', `ai-infra-${version}.vsix`],
    counts: 'mocha',
  },
  { name: 'VS Code, web', command: [bin('tsx'), 'test/e2e/run-web.ts'], counts: 'mocha' },
  { name: 'VS Code, Restricted Mode', command: [bin('tsx'), 'test/e2e/run.ts', '--restricted'], counts: 'mocha' },
  { name: 'VS Code, two folders', command: [bin('tsx'), 'test/e2e/run.ts', '--multi-root'], counts: 'mocha' },
  {
    name: 'VS Code, oldest supported',
    command: [bin('tsx'), 'test/e2e/run.ts', '--version', 'oldest'],
    counts: 'mocha',
  },
];

let passed = 0;
let failed = 0;
const at = process.argv.indexOf('--only');
const only = at < 0 ? '' : (process.argv[at + 1] ?? '');

for (const step of steps.filter(({ name }) => name.includes(only))) {
  const began = Date.now();
  console.log(`\n── ${step.name}`);
  const { code, output } = await runStep(step.command);
  const counted = step.counts === 'mocha' ? summaryOf(output) : undefined;
  if (counted) {
    passed += counted.passing;
    // A run that dies between its tests has failed, whatever it counted.
    failed += counted.failing > 0 || code === 0 ? counted.failing : 1;
    if (counted.passing + counted.failing === 0) failed += code === 0 ? 1 : 0;
  } else if (code === 0) passed += 1;
  else failed += 1;
  console.log(`── ${step.name}: ${code === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - began) / 1000)} s`);
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Runs a command, shows what it prints, keeps it. */
function runStep([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    for (const [stream, sink] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on('data', (data) => {
        output += data;
        sink.write(data);
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function summaryOf(output) {
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  return { passing: number(/^\s*(\d+) passing/m), failing: number(/^\s*(\d+) failing/m) };
}
