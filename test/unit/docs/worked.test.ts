import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { BookFile } from '../../../server/src/catalog/price-book.ts';
import type { WorkloadPlan } from '../../../server/src/planner/types.ts';

const today = '2026-11-23';
const SUFFIX = '.ai-infra.yaml';
const examples = readdirSync('examples').filter((name) => name.endsWith(SUFFIX));

function plansOf(example: string): ReadonlyMap<string, WorkloadPlan> {
  const text = readFileSync(`examples/${example}`, 'utf8');
  const name = /^ {2}book: (.+)$/m.exec(text)?.[1];
  const books: BookFile[] =
    name === undefined
      ? []
      : [{ layer: 'repository', name, content: { text: readFileSync(`examples/${name}`, 'utf8') } }];
  return analyse({ text, catalog: embeddedCatalog(), books, today, mostAdvice: 0 }).plans;
}

/** `finetune.cost.totalUsd` of the plans: the middle of a range, or the number itself. */
function quantityOf(plans: ReadonlyMap<string, WorkloadPlan>, path: string): number {
  const [workload = '', ...keys] = path.split('.');
  let value: unknown = plans.get(workload);
  for (const key of keys) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof value === 'object' && value !== null) value = Reflect.get(value, 'mid');
  assert.equal(typeof value, 'number', `${path} is no number of the plan`);
  return Number(value);
}

describe('the worked examples', () => {
  for (const example of examples) {
    const name = example.slice(0, -SUFFIX.length);
    it(`${name}: five quantities or more, each by hand within a quarter of the plan`, () => {
      const page = readFileSync(`docs/worked/${name}.md`, 'utf8');
      const stated = [...page.matchAll(/^- `([^`]+)` by hand: \*\*([\d.e+-]+)\*\*$/gm)];
      assert.equal(new Set(stated.map(([, path]) => path)).size >= 5, true, 'fewer than five');
      const plans = plansOf(example);
      for (const [, path = '', byHand] of stated) {
        const planned = quantityOf(plans, path);
        const ratio = Number(byHand) / planned;
        assert.equal(ratio >= 0.75 && ratio <= 1.25, true, `${path}: ${byHand} by hand, ${planned} planned`);
      }
    });
  }

  it('are all in the list of pages', () => {
    const list = readFileSync('docs/worked/README.md', 'utf8');
    for (const example of examples) assert.match(list, new RegExp(`\\(${example.slice(0, -SUFFIX.length)}\\.md\\)`));
  });
});

describe('the page of formulas', () => {
  it('tells the formula of every quantity that a plan derives', () => {
    const page = readFileSync('docs/formulas.md', 'utf8');
    const derived = new Set(
      examples.flatMap((example) =>
        [...plansOf(example).values()].flatMap(({ derivation }) => derivation.map(({ quantity }) => quantity)),
      ),
    );
    const missing = [...derived].filter((quantity) => !page.includes(`\`${quantity}\``));
    assert.deepEqual(missing, []);
  });
});
