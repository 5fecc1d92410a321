import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyse, type Settings } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { workspaceEdit } from '../../../server/src/features/code-actions.ts';
import { fixAll } from '../../../server/src/features/fix-all.ts';
import { silencings } from '../../../server/src/features/suppress.ts';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';
import { proveFix } from '../../../server/src/rules/prove.ts';

const catalog = embeddedCatalog();
const check = (text: string, mostAdvice?: number, settings?: Settings) =>
  analyse({
    text,
    catalog,
    today: '2026-11-23',
    ...(mostAdvice !== undefined && { mostAdvice }),
    ...(settings && { settings }),
  });
const codesOf = (text: string): readonly string[] => check(text).findings.map(({ code }) => code);

/** The text after a way of silencing the first finding of the code, and the titles of all ways. */
function silenced(text: string, code: string, title: RegExp) {
  const { source, findings } = check(text);
  const finding = findings.find((each) => each.code === code);
  assert.ok(finding, findings.map((each) => each.code).join());
  const ways = silencings(source, finding);
  const way = ways.find((each) => title.test(each.title));
  assert.ok(way, ways.map((each) => each.title).join('; '));
  return applyTextEdits(text, way.edits);
}

const SPOT = `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: H100, count: 8, capacity: spot }
`;

describe('silencing a finding', () => {
  it('offers line, block, file, a milder severity and off, the narrowest first', () => {
    const { source, findings } = check(SPOT);
    const finding = findings.find(({ code }) => code === 'AI501');
    assert.ok(finding);
    assert.deepEqual(
      silencings(source, finding).map(({ title }) => title),
      [
        'Ignore AI501 on this line',
        'Ignore AI501 in a',
        'Ignore AI501 in this file',
        'Report AI501 as warning in this manifest',
        'Turn AI501 off in this manifest',
      ],
    );
  });

  it('does what each says, and leaves nothing stale', () => {
    for (const [title, comment] of [
      [/on this line/, /\n {4}# ai-infra-ignore AI501 -- why\n {4}target:/],
      [/ in a$/, /\n {2}# ai-infra-ignore-block AI501 -- why\n {2}a:/],
      [/in this file/, /^# ai-infra-ignore-file AI501 -- why\nversion/],
      [/off in/, /\nrules:\n {2}AI501: off\n|^rules: \{ AI501: off \}/m],
    ] as const) {
      const text = silenced(SPOT, 'AI501', title);
      assert.match(text, comment);
      assert.deepEqual(
        codesOf(text),
        codesOf(SPOT).filter((code) => code !== 'AI501'),
      );
    }
    const milder = check(silenced(SPOT, 'AI501', /as warning/)).findings.find(({ code }) => code === 'AI501');
    assert.equal(milder?.severity, 'warning');
  });

  it('adds a code to the comment that stands there', () => {
    const text = silenced(silenced(SPOT, 'AI501', /on this line/), 'AI108', /on this line/);
    assert.match(text, /# ai-infra-ignore AI501, AI108 -- why\n {4}target/);
    const file = silenced(silenced(SPOT, 'AI501', /in this file/), 'AI108', /in this file/);
    assert.match(file, /^# ai-infra-ignore-file AI501, AI108 -- why\nversion/);
    const rules = silenced(`rules: { spot-without-checkpointing: warning }\n${SPOT}`, 'AI501', /off in/);
    assert.match(rules, /^rules: \{ spot-without-checkpointing: off \}\n/);
  });

  it('leaves a byte order mark and line ends where they stand', () => {
    const text = silenced('\ufeffversion: 2\r\nname: x\r\n', 'AI102', /on this line/);
    assert.equal(text.startsWith('\ufeff# ai-infra-ignore AI102 -- why\r\nversion: 2\r\n'), true);
  });

  it('adds no code to a comment that ends on a date', () => {
    const dated = SPOT.replace('    target:', '    # ai-infra-ignore AI999 until 2020-01-01\n    target:');
    const text = silenced(dated, 'AI501', /on this line/);
    assert.equal(codesOf(text).includes('AI501'), false);
  });

  it('names no block where the finding stands on its first line, or where indentation tells none', () => {
    const flow = 'version: 1\nworkloads: { a: { phase: training, model: lama-3.1-8b } }\n';
    const { source, findings } = check(flow);
    const finding = findings.find(({ code }) => code === 'AI104');
    assert.ok(finding);
    assert.ok(silencings(source, finding).every(({ title }) => title !== 'Ignore AI104 in a'));
  });

  it('renews what has expired, where it still silences something', () => {
    const expired = (code: string) =>
      SPOT.replace(
        '    target:',
        `    # ai-infra-ignore ${code} until 2026-11-01 -- tried again in winter\n    target:`,
      );
    const titles = (text: string) => {
      const analysis = check(text);
      const stale = analysis.findings.find(({ code }) => code === 'AI109');
      assert.ok(stale);
      return stale.fixes().flatMap((fix) => {
        const proven = proveFix(analysis, stale, fix);
        return proven ? [[proven.title, applyTextEdits(text, proven.edits)] as const] : [];
      });
    };
    const [remove, renew] = titles(expired('AI501'));
    assert.equal(remove?.[1], SPOT);
    assert.equal(renew?.[0], 'Renew until 2027-02-21');
    assert.match(renew?.[1] ?? '', /# ai-infra-ignore AI501 until 2027-02-21 -- tried again in winter\n/);
    assert.deepEqual(
      titles(expired('AI601')).map(([title]) => title),
      ['Remove the comment'],
    );
  });
});

describe('the reason in a new comment', () => {
  it('is a tab stop where the editor has them', () => {
    const document = TextDocument.create('untitled:x', 'ai-infra', 3, SPOT);
    const { source, findings } = check(SPOT);
    const [way] = silencings(
      source,
      findings.find(({ code }) => code === 'AI501')!,
    );
    const edit = (snippetEdits: boolean) =>
      workspaceEdit({ document, analysis: check(SPOT) }, way!.edits, { documentChanges: true, snippetEdits })
        .documentChanges![0];
    const range = { start: { line: 7, character: 0 }, end: { line: 7, character: 0 } };
    const textDocument = { uri: 'untitled:x', version: 3 };
    const line = '    # ai-infra-ignore AI501 -- ';
    assert.deepEqual(edit(true), {
      textDocument,
      edits: [{ range, snippet: { kind: 'snippet', value: `${line}\${1:why}\n` } }],
    });
    assert.deepEqual(edit(false), { textDocument, edits: [{ range, newText: `${line}why\n` }] });
  });
});

describe('the severity of a rule', () => {
  const severityOf = (text: string, settings?: Settings) =>
    check(text, 0, settings).findings.find(({ code }) => code === 'AI501')?.severity;

  it('is that of the command line, over the manifest, over settings, by code or name', () => {
    const rules = { 'spot-without-checkpointing': 'info' } as const;
    assert.equal(severityOf(SPOT), 'error');
    assert.equal(severityOf(SPOT, { rules }), 'info');
    assert.equal(severityOf(`rules: { AI501: warning }\n${SPOT}`, { rules }), 'warning');
    assert.equal(severityOf(`rules: { AI501: warning }\n${SPOT}`, { rules, ruleOverrides: { AI501: 'hint' } }), 'hint');
    assert.equal(severityOf(SPOT, { rules: { AI501: 'off' } }), undefined);
  });
});

describe('fixing all while advice is missing', () => {
  it('does not wait for advice that is still to be searched for', () => {
    const text = SPOT.replace('    target:', '    checkpointing: { interval: 10m, storage: object }\n    target:');
    const fixed = applyTextEdits(text, fixAll(check(text, 0)).edits);
    assert.equal(fixed, text.replace('H100', 'h100-sxm'));
  });
});
