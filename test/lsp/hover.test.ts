import assert from 'node:assert/strict';
import type { Hover } from 'vscode-languageserver/node';
import { LanguageClient, PLAIN } from './client.ts';
import { SPOT } from './manifests.ts';

describe('hover over stdio', () => {
  let client: LanguageClient;
  let opened = 0;
  before(async () => {
    client = await LanguageClient.start();
  });
  after(async () => {
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  function open(text: string): Promise<string> {
    opened += 1;
    return client.open(text, `file:///plans/${String(opened)}.ai-infra.yaml`);
  }

  async function hoverAt(uri: string, word: string): Promise<string> {
    const hover = await client.request<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position: client.positionOf(uri, word, 1),
    });
    return hover === null ? '' : (hover.contents as { value: string }).value;
  }

  it('tells a key its meaning, its type and its default', async () => {
    const uri = await open(SPOT);
    const text = await hoverAt(uri, 'capacity');
    assert.match(text, /^\*\*capacity\*\*/);
    assert.match(text, /`spot`/);
    assert.match(text, /default: /);
  });

  it('tells an accelerator its specification with its source, and what it must hold', async () => {
    const uri = await open(SPOT);
    const text = await hoverAt(uri, 'h100-sxm');
    assert.match(text, /\| memory \| 80 GiB \|/);
    assert.match(text, /Source: /);
    assert.match(text, /\| weights \| /);
  });

  it('shows the arithmetic of the cost, with price, source and date', async () => {
    const uri = await open(SPOT);
    const text = await hoverAt(uri, 'spot');
    assert.match(text, /\d machine-hour × \$\d/);
    assert.match(text, /Prices: .*\d{4}-\d{2}/);
  });

  it('opens an estimate to its formula, what was put into it, and its sources, each said once', async () => {
    const text = await hoverAt(await open(SPOT), 'tokens');
    assert.match(text, /`tokens ÷ [^`]+`\n\ntokens 2B · accelerators 8 · goodput/);
    const sources = text.split('\n').filter((line) => /^\*[A-Z].*\*$/.test(line));
    assert.ok(sources.length > 0);
    assert.equal(new Set(sources).size, sources.length);
  });

  it('says what the rule is about whose severity is set', async () => {
    const uri = await open(SPOT.replace('workloads:', 'rules: { AI501: off }\nworkloads:'));
    assert.match(await hoverAt(uri, 'AI501'), /\*\*AI501 spot-without-checkpointing\*\*/);
  });

  it('shows the price of an hour where a run may never end', async () => {
    const uri = await open(SPOT.replace('2B', '200B'));
    const text = await hoverAt(uri, 'spot');
    assert.match(text, /\d machine-hour × \$\d/);
    assert.match(text, /\| spot \| \$[\d.]+ an hour \| may never end \|/);
  });

  it('tells models, regions and providers apart', async () => {
    const uri = await open(SPOT);
    assert.match(await hoverAt(uri, 'llama-3.1-8b'), /\| parameters \| 8\.03B \|/);
    assert.match(await hoverAt(uri, 'us-east-1'), /Virginia/);
    assert.match(await hoverAt(uri, 'aws'), /Offers .*h100-sxm/);
  });

  it('says nothing in comments and between entries', async () => {
    const uri = await open(SPOT);
    assert.equal(await hoverAt(uri, 'adapters only'), '');
  });

  it('is plain text for a client that shows no markdown', async () => {
    const plain = await LanguageClient.start({ capabilities: PLAIN });
    const uri = await plain.open(SPOT);
    const hover = await plain.request<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: plain.positionOf(uri, 'capacity'),
    });
    const contents = hover.contents as { kind: string; value: string };
    assert.equal(contents.kind, 'plaintext');
    assert.doesNotMatch(contents.value, /\*\*|`|\|/);
    await plain.stop();
  });
});
