import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeSpan, escapeMarkdown, renderMarkdown, renderPlain } from '../../../server/src/features/markdown.ts';

describe('text in Markdown', () => {
  it('leaves ordinary words as they are', () => {
    for (const text of ['aws us-east-1', '$3.1k a run', 'The plan: 8 × h100-sxm', '4.5 d'])
      assert.equal(escapeMarkdown(text), text);
  });

  it('makes links, commands, pictures, HTML, code and addresses inert', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['[x](command:y)', '\\[x\\](command&#58;y)'],
      ['![x](y)', '!\\[x\\](y)'],
      ['<img src=x>', '&lt;img src=x&gt;'],
      ['`rm`', '\\`rm\\`'],
      ['https://evil.example', 'https&#58;//evil.example'],
      ['www.evil.example', 'www\\.evil.example'],
      ['a@b.example', 'a&#64;b.example'],
      ['$(zap)', '$\\(zap)'],
      ['- item', '\\- item'],
      ['1. item', '1\\. item'],
      ['# head', '\\# head'],
      ['a | b', 'a \\| b'],
      ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
      ['a\n\n# b', 'a # b'],
      ['a\u202eb\u200b', 'ab'],
    ];
    for (const [text, inert] of cases) assert.equal(escapeMarkdown(text), inert);
  });

  it('never lets markup, an address or a line end through, whatever the text', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'[]()!`*_<>&|~\\:/@$#-+=.1 \n\tawhtpscomnd'), maxLength: 60 });
    fc.assert(
      fc.property(nasty, (text) => {
        const inert = escapeMarkdown(text)
          .replace(/\\./g, 'x')
          .replace(/&(?:amp|lt|gt|#58|#64);/g, 'x');
        assert.doesNotMatch(inert, /[[\]`*_<>&|~\n@]|https?:\/|^\s*[-+#=]|^\s*\d+[.)]\s/);
      }),
    );
  });

  it('fences code with more backticks than it holds', () => {
    assert.equal(codeSpan('a'), '`a`');
    assert.equal(codeSpan('a ``b`` c'), '``` a ``b`` c ```');
    assert.equal(codeSpan('  '), '');
  });

  it('renders the same blocks as Markdown and as plain text', () => {
    const blocks = [
      { kind: 'title', text: 'a_b' },
      { kind: 'prose', markdown: 'takes `x`' },
      {
        kind: 'table',
        rows: [
          ['', ''],
          ['a|b', '1'],
        ],
        numbers: [1],
      },
      { kind: 'list', items: ['*x*'] },
    ] as const;
    assert.equal(
      renderMarkdown(blocks),
      '**a\\_b**\n\ntakes `x`\n\n|  |  |\n| :-- | --: |\n| a\\|b | 1 |\n\n- \\*x\\*',
    );
    assert.equal(renderPlain(blocks), 'a_b\n\ntakes x\n\na|b  1\n\n- *x*'.replace('takes x\n\na', 'takes x\n\n\na'));
  });
});
