/** AI108: another name of an accelerator or a model in place of its id. */
import type { Path } from '../manifest/source.ts';
import { listed, quoted } from './message.ts';
import type { Fix, Report, Rule, RuleContext } from './rule.ts';
import { targetsOf, namedWorkloadsOf, type TargetSite } from './targets.ts';

export const alias: Rule = {
  code: 'AI108',
  name: 'alias',
  severity: 'hint',
  docs: {
    summary: 'A known alias in place of the id.',
    what: 'An accelerator or a model is called by another name than its id: `H100` for `h100-sxm`. Where a name has several forms, such as `A100` with 40 or 80 GB, this is a warning, and the plan takes the smaller.',
    why: 'One name for one thing makes manifests comparable and searchable; and a name with several forms can mean twice the memory, and another price.',
    whenToSilence: 'If another tool reads the same file and wants its own names.',
    sources: ['Ids and other names of accelerators and models: the catalogue'],
    bad: [
      {
        title: 'A maker’s name',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, accelerator: <|H100|>, count: 8 }
`,
      },
      {
        title: 'A name with several forms',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, accelerator: <|A100|>, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'The id',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
      {
        title: 'A machine type tells which form is meant',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, instance: p4d.24xlarge, accelerator: a100-40gb }
`,
      },
    ],
    fixes: [
      {
        title: 'Write `h100-sxm`',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, accelerator: H100, count: 8 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkManifest(context) {
    const { head } = context;
    for (const [name, cluster] of Object.entries(head.clusters ?? {})) {
      if (cluster.accelerator !== undefined)
        yield* acceleratorAlias(context, cluster.accelerator, ['clusters', name, 'accelerator']);
    }
    for (const [index, name] of (head.policy?.accelerators ?? []).entries()) {
      // In a list of what is allowed, a name with several forms allows each of them.
      const match = context.catalog.resolveAccelerator(name);
      if (match.kind === 'alias') yield hint(name, match.id, ['policy', 'accelerators', index]);
    }
    for (const { workload, path, ...rest } of namedWorkloadsOf(context)) {
      const { model } = workload;
      const name = typeof model === 'string' ? model : model?.parameters === undefined ? model?.name : undefined;
      const known = name === undefined ? undefined : context.catalog.resolveModel(name);
      if (name !== undefined && known && known.id !== name)
        yield hint(name, known.id, typeof model === 'string' ? path('model') : path('model', 'name'));
      for (const site of targetsOf({ workload, path, ...rest })) yield* targetAlias(context, site);
    }
  },
};

function* targetAlias(context: RuleContext, site: TargetSite): Iterable<Report> {
  const { target } = site;
  if (target.accelerator === undefined) return;
  const machine = target.instance === undefined ? undefined : context.catalog.machinesNamed(target.instance)[0];
  const provider = target.provider ?? machine?.provider;
  for (const report of acceleratorAlias(
    context,
    target.accelerator,
    site.path('accelerator'),
    provider,
    machine?.accelerator,
    target.count === undefined ? site.path('count') : undefined,
  )) {
    yield report.severity === undefined ? report : { ...report, severity: site.severity(report.severity) };
  }
}

function* acceleratorAlias(
  { catalog }: RuleContext,
  name: string,
  path: Path,
  provider?: string,
  byInstance?: string,
  /** Where a count that the name carries can be written. */
  countPath?: Path,
): Iterable<Report> {
  const match = catalog.resolveAccelerator(name, provider);
  if (match.kind === 'alias') {
    yield hint(
      name,
      match.id,
      path,
      match.count === undefined || countPath === undefined ? undefined : { path: countPath, count: match.count },
    );
  } else if (match.kind === 'ambiguous') {
    const meant = byInstance !== undefined && match.candidates.includes(byInstance) ? byInstance : undefined;
    if (meant !== undefined) yield hint(name, meant, path);
    else {
      yield {
        path,
        part: 'value',
        severity: 'warning',
        message: `${quoted(name)} has several forms, and the plan takes the smaller, ${quoted(match.candidates[0] ?? '')}: write ${listed(match.candidates.map(quoted))}.`,
        fixes: () => match.candidates.map((id) => write(id, path)),
      };
    }
  }
}

function hint(name: string, id: string, path: Path, counted?: { readonly path: Path; readonly count: number }): Report {
  const chips = counted === undefined ? '' : `, ${counted.count} of it`;
  return {
    path,
    part: 'value',
    message: `${quoted(name)} is another name of ${quoted(id)}${chips}: the id is clearer.`,
    fixes: () => [
      {
        ...write(id, path),
        ...(counted && {
          edits: [
            { kind: 'set', path, value: id },
            { kind: 'set', path: counted.path, value: counted.count },
          ],
        }),
        safe: true,
        preferred: true,
      },
    ],
  };
}

function write(id: string, path: Path): Fix {
  return { title: `Write \`${id}\``, edits: [{ kind: 'set', path, value: id }], safe: false };
}
