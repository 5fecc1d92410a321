import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { codeActions } from '../../../server/src/features/code-actions.ts';
import { readTraits } from '../../../server/src/lsp/traits.ts';
import { stalePrice } from '../../../server/src/rules/stale-price.ts';

const text = (stalePrice.docs.bad[0]?.manifest ?? '').replace('<|', '').replace('|>', '');
const document = TextDocument.create('file:///ai-infra.yaml', 'ai-infra', 1, text);
const view = { document, analysis: analyse({ text, catalog: embeddedCatalog(), today: '2026-11-23' }) };
const at = document.positionAt(text.indexOf('nebius'));

function commandsFor(commands: boolean): readonly string[] {
  const traits = readTraits({}, commands);
  const request = { range: { start: at, end: at }, only: ['quickfix'] };
  return codeActions(view, request, traits).flatMap(({ command }) => command?.command ?? []);
}

describe('the fix of a stale price', () => {
  it('is the command that refreshes prices, where the client has it', () => {
    assert.deepEqual(commandsFor(true), ['aiInfra.refreshPrices']);
    assert.deepEqual(commandsFor(false), []);
  });
});
