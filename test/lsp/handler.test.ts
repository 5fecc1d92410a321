import assert from 'node:assert/strict';
import { CancellationTokenSource, ResponseError } from 'vscode-languageserver/node';
import type { View } from '../../server/src/features/view.ts';
import { ManifestDocument } from '../../server/src/lsp/document.ts';
import { createHandler, type HandlerContext } from '../../server/src/lsp/handler.ts';
import { createScheduler } from '../../server/src/lsp/scheduler.ts';

const URI = 'file:///ai-infra.yaml';

function contextOf(over: Partial<HandlerContext> = {}): HandlerContext & { readonly log: string[] } {
  const document = new ManifestDocument(URI, 'ai-infra', 7, 'version: 1\n');
  const log: string[] = [];
  return {
    log,
    document: (uri) => (uri === URI ? document : undefined),
    view: () => ({}) as View,
    pending: () => undefined,
    turn: () => Promise.resolve(),
    announce: () => undefined,
    logError: (message) => void log.push(message),
    hasEnded: () => false,
    ...over,
  };
}

describe('the wrapper around every request', () => {
  const { token } = new CancellationTokenSource();
  const handlerOf = (context: HandlerContext, respond: () => string, yields = false) =>
    createHandler<{ uri: string }, string>(
      context,
      ({ uri }) => uri,
      { method: 'test/method', empty: 'empty', yields },
      respond,
    );

  it('answers an unknown document with nothing', async () => {
    const handler = handlerOf(contextOf(), () => assert.fail('nothing to respond to'));
    assert.equal(await handler({ uri: 'file:///other' }, token), 'empty');
  });

  it('turns a throw into an error, and logs method and version', async () => {
    const context = contextOf();
    const handler = handlerOf(context, () => {
      throw new TypeError('inside');
    });
    const answer = await handler({ uri: URI }, token);
    assert.ok(answer instanceof ResponseError);
    assert.equal(answer.code, -32603);
    assert.doesNotMatch(answer.message, /inside/);
    assert.match(context.log.join(), /^test\/method \(version 7\) failed: TypeError: inside/);
  });

  it('answers a request that was cancelled while it waited with a cancellation', async () => {
    const source = new CancellationTokenSource();
    const context = contextOf({ turn: () => Promise.resolve(source.cancel()) });
    const answer = await handlerOf(context, () => assert.fail('cancelled'), true)({ uri: URI }, source.token);
    assert.ok(answer instanceof ResponseError);
    assert.equal(answer.code, -32800);
  });

  it('drops the answer about a version that was replaced while it waited', async () => {
    const base = contextOf();
    const document = base.document(URI)!;
    const context = { ...base, turn: () => Promise.resolve(document.update([{ text: '' }], 8)) };
    const answer = await handlerOf(context, () => assert.fail('outdated'), true)({ uri: URI }, token);
    assert.ok(answer instanceof ResponseError);
    assert.equal(answer.code, -32801);
  });

  it('waits for the first settings, and then for the price books that they name', async () => {
    const order: string[] = [];
    const awaited = ['settings', 'books'];
    const pending = () => {
      const next = awaited.shift();
      return next === undefined ? undefined : Promise.resolve(void order.push(next));
    };
    await handlerOf(contextOf({ pending }), () => String(order.push('answer')))({ uri: URI }, token);
    assert.deepEqual(order, ['settings', 'books', 'answer']);
  });
});

describe('the scheduler', () => {
  it('runs once for changes that come in one go, after the last of them', () => {
    let queue: (() => void)[] = [];
    const ran: string[] = [];
    const scheduler = createScheduler(
      (callback) => queue.push(callback),
      (uri) => ran.push(uri),
    );
    const turn = (): void => {
      const due = queue;
      queue = [];
      for (const callback of due) callback();
    };
    scheduler.schedule('a');
    turn();
    scheduler.schedule('a');
    scheduler.schedule('b');
    turn();
    assert.deepEqual(ran, []);
    turn();
    assert.deepEqual(ran, ['a', 'b']);
    turn();
    assert.deepEqual(queue, []);
    assert.deepEqual(ran, ['a', 'b']);
  });
});
