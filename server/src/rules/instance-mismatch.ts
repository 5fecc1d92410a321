/** AI204: Instance, accelerator and count contradict each other. */
import type { Machine } from '../catalog/types.ts';
import { formatNumber } from '../manifest/format-quantity.ts';
import type { ManifestEdit } from '../manifest/source.ts';
import { counted, quoted } from './message.ts';
import type { Fix, Rule } from './rule.ts';
import { targetsOf, type TargetSite } from './targets.ts';

export const instanceMismatch: Rule = {
  code: 'AI204',
  name: 'instance-mismatch',
  severity: 'error',
  docs: {
    summary: 'Instance, accelerator and count contradict each other.',
    what: 'The target names a machine type together with another accelerator than it holds, or a count that whole machines of that type cannot give. A name that carries a number, such as `tpu-v5p-8`, beside another count is meant too.',
    why: 'The machine type decides what is rented. Which of the two was meant changes memory, time and cost.',
    whenToSilence: 'Never: say what is meant once.',
    sources: ['What a machine type holds: the catalogue, with sources and dates'],
    bad: [
      {
        title: 'A p5 has H100, not A100',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, accelerator: <|a100-80gb|> }
`,
      },
      {
        title: 'Four of a machine of eight',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, count: <|4|> }
`,
      },
    ],
    good: [
      {
        title: 'Two whole machines',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, accelerator: h100-sxm, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Write `count: 8`',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, count: 4 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { catalog } = context;
    for (const site of targetsOf(context)) {
      const { accelerator, count, instance, provider } = site.target;
      const severity = site.severity('error');
      const match = accelerator === undefined ? undefined : catalog.resolveAccelerator(accelerator, provider);
      if (match?.kind === 'alias' && match.count !== undefined && typeof count === 'number' && count !== match.count) {
        const said = match.count;
        yield {
          path: site.path('count'),
          part: 'value',
          severity,
          message: `${quoted(accelerator ?? '')} is ${counted(said, 'chip')} by its name, and the count is ${count}: write ${said}, or the plain name ${quoted(match.id)}.`,
          fixes: () => [align(`Write \`count: ${said}\``, [{ kind: 'set', path: site.path('count'), value: said }])],
        };
      }
      if (instance === undefined) continue;
      const machine = provider === undefined ? catalog.machinesNamed(instance)[0] : catalog.machine(provider, instance);
      if (!machine) continue;
      if (
        match &&
        match.kind !== 'unknown' &&
        !(match.kind === 'ambiguous' ? match.candidates : [match.id]).includes(machine.accelerator)
      ) {
        const id = machine.accelerator;
        yield {
          path: site.path('accelerator'),
          part: 'value',
          severity,
          message: `A ${quoted(instance)} holds ${machine.count > 0 ? `${formatNumber(machine.count)} ${quoted(id)}` : 'no accelerators'}, not ${quoted(accelerator ?? '')}: name one of the two.`,
          related: [
            { path: site.path('instance'), part: 'value', message: 'The machine type decides what is rented.' },
          ],
          fixes: () => [
            alignedWith(machine, site),
            {
              ...align('Leave the machine type open', [{ kind: 'remove', path: site.path('instance') }]),
              safe: false,
              preferred: false,
            },
          ],
        };
      } else if (
        typeof count === 'number' &&
        !machine.perAccelerator &&
        machine.count > 1 &&
        count % machine.count !== 0
      ) {
        const whole = Math.ceil(count / machine.count) * machine.count;
        yield {
          path: site.path('count'),
          part: 'value',
          severity,
          message: `A ${quoted(instance)} holds ${machine.count} ${quoted(machine.accelerator)}, so ${count} of them cannot be rented: write ${whole}, or another machine type.`,
          related: [
            { path: site.path('instance'), part: 'value', message: 'The machine type decides what is rented.' },
          ],
          fixes: () => [align(`Write \`count: ${whole}\``, [{ kind: 'set', path: site.path('count'), value: whole }])],
        };
      }
    }
  },
};

/** The chip that the machine type holds and, where the count stands for no whole machines of it, the next one that does. */
function alignedWith(machine: Machine, site: TargetSite): Fix {
  const { accelerator: id, count: each } = machine;
  const { count } = site.target;
  const isPart = typeof count === 'number' && !machine.perAccelerator && each > 0 && count % each !== 0;
  const edits: ManifestEdit[] = [{ kind: 'set', path: site.path('accelerator'), value: id }];
  if (!isPart) return align(`Write \`accelerator: ${id}\``, edits);
  const whole = Math.ceil(count / each) * each;
  edits.push({ kind: 'set', path: site.path('count'), value: whole });
  return align(`Write \`accelerator: ${id}\` and \`count: ${whole}\`, as the machine has`, edits);
}

/** To what the machine type says. */
function align(title: string, edits: readonly ManifestEdit[]): Fix {
  return { title, edits, safe: true, preferred: true };
}
