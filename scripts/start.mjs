/** `npm start [-- FILE…]`: installs what is missing, builds, and prints the plan of an example (or of the files given). */
import { install, run } from './install.mjs';

const files = process.argv.slice(2);

install();
run('node', ['scripts/build.mjs']);
run('node', ['dist/cli.cjs', 'plan', ...(files.length > 0 ? files : ['examples/support-assistant.ai-infra.yaml'])]);
console.log(`
To see it while typing: npm run editor (opens VS Code with this extension and the examples).
To install it: npm run package, then code --install-extension ai-infra-0.1.0.vsix
Another file: npm start -- path/to/ai-infra.yaml   All options: node dist/cli.cjs --help`);
