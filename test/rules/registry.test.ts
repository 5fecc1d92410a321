import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rules } from '../../server/src/rules/index.ts';
import { RULE_TABLE } from '../../scripts/generate/rule-table.ts';

const folder = new URL('../../server/src/rules/', import.meta.url);

describe('the registry of rules', () => {
  it('holds exactly the rules of the folder', () => {
    const inFolder = readdirSync(folder)
      .filter((file) => /^ {2}code: 'AI\d{3}',$/m.test(readFileSync(new URL(file, folder), 'utf8')))
      .map((file) => file.replace(/\.ts$/, ''));
    assert.deepEqual([...rules.map(({ name }) => name)].sort(), inFolder.sort());
  });

  it('stands in the order of codes, each once', () => {
    const codes = rules.map(({ code }) => code);
    assert.deepEqual(codes, [...new Set(codes)].sort());
  });

  it('has the codes, names and severities of the design', () => {
    const table = new Map(RULE_TABLE.map(([code, ...rest]) => [code, rest] as const));
    for (const rule of rules) {
      const [name, severities] = table.get(rule.code) ?? [];
      assert.equal(rule.name, name, rule.code);
      assert.equal(rule.severity, severities?.split('/')[0], rule.code);
    }
  });

  it('has every rule of the design', () => {
    assert.deepEqual(
      rules.map(({ code }) => code),
      RULE_TABLE.map(([code]) => code).sort(),
    );
  });
});
