import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lastLines, runCommand } from './command.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const wellKnown = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Flags that keep the browser silent and local; without a sandbox, since it shows only pages of this machine's own server. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser's path: `AI_INFRA_CHROMIUM`, one on the PATH, or one at a usual place. */
function findChromium(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const chosen = process.env['AI_INFRA_CHROMIUM'];
  return [...(chosen ? [chosen] : []), ...onPath, ...wellKnown].find((file) => existsSync(file));
}

/**
 * Finds a Chromium or Chrome; on Debian and its kin, as root, installs one where it is missing.
 * Throws with what to install where it can do neither.
 */
export async function ensureChromium(log: (line: string) => void): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      'no Chromium or Chrome found: install one (Debian: `sudo apt-get install chromium`), or name it in AI_INFRA_CHROMIUM',
    );
  }
  log('Installing Chromium with apt-get (once)');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
  // A package list may be old or a mirror busy: the second round reads the list again.
  let output = '';
  for (let round = 1; round <= 2; round += 1) {
    const update = await runCommand('apt-get', ['update'], { env });
    const result = await runCommand('apt-get', install, { env });
    output = update.output + result.output;
    const installed = findChromium();
    if (result.exitCode === 0 && installed !== undefined) return installed;
  }
  throw new Error(`apt-get could not install chromium:\n${lastLines(output, 10)}`);
}
