#!/usr/bin/env node
/** `ai-infra-language-server`: the language server as a process, over stdio unless told otherwise. */
import './heap.ts';
import { createConnection } from 'vscode-languageserver/node';
import { analyse } from './analysis.ts';
import { embeddedCatalog } from './catalog/embedded.ts';
import { localDisk } from './books/local-disk.ts';
import { createServer } from './lsp/server.ts';
import { VERSION } from './version.ts';

const HELP = `Usage: ai-infra-language-server [--stdio | --node-ipc | --socket=PORT | --pipe=NAME]

The language server of ai-infra.yaml. Speaks the Language Server Protocol, over stdio by default.

  --stdio        read from standard input, write to standard output (default)
  --node-ipc     speak over the channel of a Node parent process
  --socket=PORT  connect to a port of this machine
  --pipe=NAME    connect to a named pipe
  --version      print the version
  --help         print this
`;

const TRANSPORTS = ['--stdio', '--node-ipc', '--socket', '--pipe'];

function main(): void {
  const given = process.argv.slice(2);
  if (given.includes('--help') || given.includes('-h')) {
    process.stdout.write(HELP);
    return;
  }
  if (given.includes('--version')) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  if (!given.some((argument) => TRANSPORTS.some((transport) => argument.split('=')[0] === transport))) {
    process.argv.push('--stdio');
  }
  const connection = createConnection();
  createServer(connection, {
    version: VERSION,
    analyse,
    loadCatalog: embeddedCatalog,
    today: () => new Date().toISOString().slice(0, 10),
    later: (callback) => void setImmediate(callback),
    disk: localDisk(),
  });
  connection.listen();
}

main();
