import assert from 'node:assert/strict';
import type { Rule } from '../../../server/src/rules/rule.ts';
import { generatedFiles } from '../../../scripts/generate/outputs.ts';
import { ruleLimits } from '../../../scripts/generate/rule-limits.ts';
import { rulePage, rulesIndex } from '../../../scripts/generate/rule-pages.ts';
import { RULE_TABLE } from '../../../scripts/generate/rule-table.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { ruleSeverityProperties, withRuleSeverities } from '../../../scripts/generate/rule-severities.ts';

const rule: Rule = {
  code: 'AI501',
  name: 'spot-without-checkpointing',
  severity: 'error',
  docs: {
    summary: 'Spot | no checkpoints.',
    what: 'What.',
    why: 'Why.',
    whenToSilence: 'When.',
    sources: ['A source, 2026'],
    bad: [{ title: 'none at all', manifest: 'version: 1\ncapacity: <|spot|>\n' }],
    good: [{ title: 'With them:', manifest: 'version: 1\n' }],
    fixes: [{ before: 'a: <|1|>', title: 'Add checkpoints', after: 'a: 2' }],
  },
  checkManifest: () => [],
};

describe('the page of a rule', () => {
  it('has its examples without the marks of the tests', () => {
    const page = rulePage(rule);
    assert.match(page, /^# AI501: spot-without-checkpointing\n/);
    assert.match(page, /None at all:\n\n```yaml\nversion: 1\ncapacity: spot\n```/);
    assert.match(page, /\*Add checkpoints\* turns\n\n```yaml\na: 1\n```\n\ninto\n\n```yaml\na: 2\n```/);
    assert.doesNotMatch(page, /<\||\|>/);
  });

  it('says how to silence the rule, and where its facts come from', () => {
    const page = rulePage(rule);
    assert.match(page, /rules: \{ spot-without-checkpointing: off \}/);
    assert.match(page, /## Sources\n\n- A source, 2026\n$/);
  });

  it('dates what rests on the catalogue', () => {
    const docs = { ...rule.docs, sources: ['Prices of the catalogue'] };
    assert.match(
      rulePage({ ...rule, docs }, '2026-07-20'),
      /- Prices of the catalogue\n- The catalogue of this version is of 2026-07-20\n$/,
    );
    assert.doesNotMatch(rulePage(rule, '2026-07-20'), /2026-07-20/);
  });

  it('leaves out what the rule does not have', () => {
    const { fixes: _fixes, ...docs } = rule.docs;
    const page = rulePage({ ...rule, docs: { ...docs, sources: [], good: [] } });
    assert.doesNotMatch(page, /## (Sources|How it is fixed|What it accepts)/);
    assert.match(page, /offers no fix/);
  });
});

describe('the table of rules', () => {
  const facts = {
    severities: new Map([['AI501', 'error/warning']]),
    safe: new Set(['AI501']),
    limits: new Map([['AI501', 'prices | dates']]),
  };

  it('groups rules by their hundreds and escapes what would break a cell', () => {
    const index = rulesIndex([rule], facts);
    assert.match(index, /## Failures and interruptions\n/);
    assert.ok(
      index.includes(
        '| [AI501](AI501.md) | `spot-without-checkpointing` | error, warning | Spot \\| no checkpoints. | safe | 1 + 1 + 1 | prices \\| dates |',
      ),
    );
    assert.doesNotMatch(index, /## Cost/);
  });

  it('lists every code of the design, each once, with examples that are run', async () => {
    const files = await generatedFiles();
    const codes = [
      ...(files.get('docs/rules/README.md') ?? '').matchAll(/^\| \[(AI\d+)\]\(\1\.md\) \|.*\| (\d+) \+ (\d+)/gm),
    ];
    assert.deepEqual(
      codes.map(([, code]) => code),
      RULE_TABLE.map(([code]) => code).sort(),
    );
    for (const [row, , bad, good] of codes) assert.ok(Number(bad) > 0 && Number(good) > 0, row);
  });

  it('names what is not known of rules that exist', () => {
    const known = new Set(RULE_TABLE.map(([code]) => code));
    for (const [code, what] of ruleLimits(embeddedCatalog())) {
      assert.ok(known.has(code), code);
      assert.doesNotMatch(what, /NaN|undefined|known for 0 of/);
    }
  });
});

describe('the setting of severities', () => {
  it('offers every rule by name with its own severity as default', () => {
    assert.deepEqual(ruleSeverityProperties([rule]), {
      'spot-without-checkpointing': {
        type: 'string',
        enum: ['off', 'hint', 'info', 'warning', 'error'],
        default: 'error',
        markdownDescription: 'AI501: Spot | no checkpoints.',
      },
    });
  });

  it('is put into the package and into nothing else', () => {
    const before = {
      name: 'x',
      contributes: { configuration: { properties: { 'aiInfra.rules': { type: 'object' }, other: {} } } },
    };
    const after = JSON.parse(withRuleSeverities(JSON.stringify(before), [rule])) as typeof before;
    assert.deepEqual(after.contributes.configuration.properties['aiInfra.rules'], {
      type: 'object',
      properties: ruleSeverityProperties([rule]),
    });
    assert.deepEqual({ ...after, contributes: undefined }, { ...before, contributes: undefined });
    assert.equal(withRuleSeverities('{"name":"x"}', [rule]), '{"name":"x"}');
  });
});
