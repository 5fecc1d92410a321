/** How the manifest is built: what all workloads share, what was assumed, and a service that is split between home and cloud. */
import { writableAssumptions } from './assumptions.ts';
import { pathAt } from '../manifest/cursor.ts';
import { isMapping, valueAt } from '../manifest/shape.ts';
import type { ManifestEdit, PlainValue } from '../manifest/source.ts';
import { wrapEdits } from '../manifest/edit.ts';
import type { Change, Subject } from './refactorings.ts';

export function structureChanges(subject: Subject): Change[] {
  return [...intoDefaults(subject), ...assumptionsWritten(subject), ...splitWithHome(subject)];
}

/** Keys that say what a workload is, not how it is set up. */
const OWN_KEYS: ReadonlySet<unknown> = new Set(['phase', 'description', 'owner', 'labels', 'expect', 'alternatives']);

/** The key at the cursor, written alike in every workload, said once for all of them. */
function intoDefaults({ analysis, name, offset }: Subject): Change[] {
  const { source } = analysis;
  const place = pathAt(source, offset);
  const [root, owner, key] = place?.path ?? [];
  if (root !== 'workloads' || owner !== name || typeof key !== 'string' || OWN_KEYS.has(key)) return [];
  const value = valueAt(source.workloads.find((each) => each.name === name)?.raw, [key]);
  const shared = JSON.stringify(value);
  const everywhere = source.workloads.every(
    (each) => JSON.stringify(valueAt(each.raw, [key])) === shared && source.isOwn(['workloads', each.name, key]),
  );
  if (value === undefined || source.workloads.length < 2 || !everywhere) return [];
  if (valueAt(source.head['defaults'], [key]) !== undefined) return [];
  return [
    {
      title: `Say ${key} once, in defaults`,
      kind: 'refactor.extract',
      farReaching: true,
      keepsPlan: true,
      edits: [
        { kind: 'set', path: ['defaults', key], value: value as PlainValue },
        ...source.workloads.map((each): ManifestEdit => ({
          kind: 'remove',
          path: ['workloads', each.name, key],
          keepsComments: true,
        })),
      ],
    },
  ];
}

/** Every default that reached a number, written where it belongs: the numbers stay, and can be argued with. */
function assumptionsWritten({ analysis, name, plan }: Subject): Change[] {
  const edits = writableAssumptions(analysis, name, plan).map(({ path, assumption }): ManifestEdit => ({
    kind: 'set',
    path,
    value: assumption.value,
  }));
  if (edits.length === 0) return [];
  const words = edits.length === 1 ? 'the assumption' : `${String(edits.length)} assumptions`;
  return [
    { title: `Write ${words} of ${name} out`, kind: 'refactor.rewrite', farReaching: true, keepsPlan: true, edits },
  ];
}

/** A service in the cloud beside a cluster of one's own: the base load at home, what goes over it where it runs now. */
function splitWithHome({ analysis, name, plan }: Subject): Change[] {
  const { source } = analysis;
  const clusters = source.head['clusters'];
  const path = ['workloads', name, 'target'];
  const own = valueAt(source.workloads.find((each) => each.name === name)?.raw, ['target']);
  if (plan.phase !== 'inference' || plan.target.deployment !== 'cloud' || !isMapping(clusters) || !isMapping(own))
    return [];
  return Object.keys(clusters).map((cluster): Change => ({
    title: `Serve at home on ${cluster}, burst to ${plan.target.provider ?? 'the cloud'}`,
    kind: 'refactor.rewrite',
    farReaching: true,
    edits: [],
    textEdits: wrapEdits(source, path, 'burst', [['cluster', cluster]]),
  }));
}
