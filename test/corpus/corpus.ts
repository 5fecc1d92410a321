/** The manifests that properties of fixes are held against: examples, sound and faulty files, every rule's bad examples, and made-up ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { PlainValue } from '../../server/src/manifest/source.ts';
import { rules } from '../../server/src/rules/index.ts';
import { marked } from '../rules/support/analyse-text.ts';
import { writeManifest, type Choose } from '../helpers/write-yaml.ts';
import { faults } from './faults.ts';

export interface Specimen {
  readonly name: string;
  readonly text: string;
}

type Map = { [key: string]: PlainValue };

/** Made-up manifests: each a sound one with one to three faults put in, written in a style of its own. */
const MADE_UP = 90;

export function corpus(): readonly Specimen[] {
  const sound = filesOf('sound');
  return [
    ...filesOf('../../examples'),
    ...filesOf('faulty'),
    ...rules.flatMap(({ code, docs }) => [
      ...docs.bad.map(({ manifest }, index) => ({ name: `${code} bad ${index + 1}`, text: marked(manifest).text })),
      ...(docs.fixes ?? []).map(({ before }, index) => ({ name: `${code} fix ${index + 1}`, text: before })),
    ]),
    ...sound,
    ...madeUp(sound),
  ];
}

function filesOf(folder: string): readonly Specimen[] {
  const url = new URL(`${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ name: `${folder}/${file}`, text: readFileSync(new URL(file, url), 'utf8') }));
}

function madeUp(sound: readonly Specimen[]): readonly Specimen[] {
  return Array.from({ length: MADE_UP }, (_, seed) => {
    const choose = chooser(seed + 1);
    const base = sound[(seed * 7) % sound.length];
    const { workloads, ...head } = parse(base?.text ?? '', { merge: true }) as Map & { workloads: { [name: string]: Map } };
    const names: string[] = [];
    for (let count = 1 + choose(3); count > 0; count--) {
      const fault = faults[choose(faults.length)];
      if (!fault) continue;
      names.push(fault.name);
      for (const workload of Object.values(workloads)) fault.put(workload, head, choose);
    }
    // What stands under two names in the first text is written twice.
    const plain = JSON.parse(JSON.stringify({ head, workloads })) as { head: Map; workloads: Map };
    const eol = choose(4) === 0 ? '\r\n' : '\n';
    return {
      name: `made up ${seed}: ${base?.name ?? ''}, ${names.join(', ')}`,
      text: writeManifest(plain.head, plain.workloads, choose, eol),
    };
  });
}

/** A stream of choices that is the same in every run (a linear congruential generator, the constants of Numerical Recipes). */
function chooser(seed: number): Choose {
  let state = (seed * 2_654_435_761) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
