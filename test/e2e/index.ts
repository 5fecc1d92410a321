import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { testOutputMark } from '../../scripts/vscode-host/test-output.ts';
import { hasPage, page } from './page.ts';

/**
 * The entry that VS Code calls inside the extension host: runs every bundled `*.test.cjs` beside it with mocha, writes the counts to
 * the file that `AI_INFRA_E2E_RESULT` names, and rejects when a test failed, which ends the host with exit code 1.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const grep = process.env['AI_INFRA_E2E_GREP'];
  // `panel.test.ts` is of every ordinary run, `trust.restricted.test.ts` of the run for `restricted` alone.
  const kind = process.env['AI_INFRA_E2E_KIND'] ?? '';
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    color: process.env['AI_INFRA_E2E_COLOR'] === '1',
    forbidOnly: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of readdirSync(__dirname).sort()) {
    const [, kindOfFile = ''] = /^[^.]+(?:\.([^.]+))?\.test\.cjs$/.exec(file) ?? [undefined, 'none'];
    if (kindOfFile === kind) mocha.addFile(join(__dirname, file));
  }
  if (hasPage()) {
    mocha.suite.afterEach('a picture of a failure', pictureOfFailure);
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(testOutputMark + format(...args));
  }

  const counts = await new Promise<{ passed: number; failed: number; pending: number }>((done) => {
    const runner = mocha.run((failed) => {
      done({ passed: runner.stats?.passes ?? 0, failed, pending: runner.stats?.pending ?? 0 });
    });
  });
  const result = process.env['AI_INFRA_E2E_RESULT'];
  if (result !== undefined) writeFileSync(result, `${JSON.stringify(counts)}\n`);
  if (counts.failed > 0) throw new Error(`${counts.failed} of ${counts.failed + counts.passed} tests failed`);
  if (counts.passed === 0) throw new Error('no test ran');
}

async function pictureOfFailure(this: Mocha.Context): Promise<void> {
  const test = this.currentTest;
  if (test?.state === 'failed') await page.screenshot({ name: `failed-${test.fullTitle()}` });
}
