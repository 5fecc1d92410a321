/** Completion at a mark, and what accepting an item makes of the text. */
import assert from 'node:assert/strict';
import {
  CompletionItemKind,
  type CompletionItem,
  type CompletionList,
  type TextEdit,
} from 'vscode-languageserver/node';
import { LanguageClient } from './client.ts';
import { withoutMark } from './marks.ts';

export const WORKLOAD = `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora } # adapters
`;

export const labels = (items: readonly CompletionItem[]): string[] => items.map(({ label }) => label);

/** A server of its own for the tests of a `describe`. */
export class Completing {
  readonly client: LanguageClient;
  private opened = 0;

  private constructor(client: LanguageClient) {
    this.client = client;
  }

  static async start(): Promise<Completing> {
    return new Completing(await LanguageClient.start());
  }

  async stop(): Promise<void> {
    assert.deepEqual(this.client.log, []);
    await this.client.stop();
  }

  async at(marked: string): Promise<{ uri: string; items: readonly CompletionItem[] }> {
    const { text, offset } = withoutMark(marked);
    this.opened += 1;
    const uri = await this.client.open(text, `untitled:completion-${String(this.opened)}`);
    const position = this.client.document(uri).positionAt(offset);
    const { items, isIncomplete } = await this.client.request<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    // Units hold the number that was typed: with the next digit they are asked for again.
    assert.equal(
      isIncomplete,
      items.some(({ kind }) => kind === CompletionItemKind.Unit),
    );
    for (const item of items) {
      const edit = item.textEdit as TextEdit;
      assert.ok(edit.range.start.line === position.line && edit.range.end.line === position.line, item.label);
      assert.ok(edit.range.start.character <= position.character, item.label);
    }
    return { uri, items };
  }
  /** Completing at the mark and taking `label` gives exactly `result`. Tab stops are left out. */
  async accepting(marked: string, label: string, result: string): Promise<void> {
    const { uri, items } = await this.at(marked);
    const item = items.find((candidate) => candidate.label === label);
    assert.ok(item, `${label} is not among ${labels(items).join(', ')}`);
    const edit = item.textEdit as TextEdit;
    const newText = edit.newText.replace(/\$\d/g, '').replace(/\\([\\$}])/g, '$1');
    assert.equal(this.client.after(uri, [...(item.additionalTextEdits ?? []), { ...edit, newText }]), result);
  }
}
