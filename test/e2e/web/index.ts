import 'mocha/mocha.js';
import { testOutputMark } from '../../../scripts/vscode-host/test-output.ts';
import { page } from '../page.ts';

/** The entry that VS Code for the web calls in its extension host, a worker: as `../index.ts`, with the tests that need no Node.js. */
export async function run(): Promise<void> {
  const grep = process.env['AI_INFRA_E2E_GREP'];
  mocha.setup({
    ui: 'bdd',
    // By name a browser gets the one that draws into a document.
    reporter: Mocha.reporters.Spec,
    timeout: 60_000,
    color: process.env['AI_INFRA_E2E_COLOR'] === '1',
    forbidOnly: true,
    ...(grep === undefined ? {} : { grep }),
  });
  // Read after the setup, which makes `describe`; this one first, since it sees the extension activate.
  await import('./web.test.ts');
  await import('../findings.test.ts');
  await import('../editing.test.ts');
  await import('../price-book.test.ts');
  await import('../living-with-others.test.ts');
  await import('../switch-hardware.test.ts');

  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(testOutputMark + format(args));
  await new Promise<void>((done, fail) => {
    const runner = mocha.run((failures) => {
      const passes = runner.stats?.passes ?? 0;
      if (failures > 0) fail(new Error(`${String(failures)} of ${String(failures + passes)} tests failed`));
      else if (passes === 0) fail(new Error('no test ran'));
      else done();
    });
    runner.on('fail', ({ title }) => void page.screenshot({ name: `failed-web-${title}` }));
  });
}

/** As `console.log` writes it: mocha's reporters hand over `%s` and `%d`. */
function format([first, ...rest]: readonly unknown[]): string {
  const text = String(first ?? '').replace(/%[sd]/g, () => String(rest.shift()));
  return [text, ...rest].join(' ');
}
