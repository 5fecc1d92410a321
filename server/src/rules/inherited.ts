/** Findings that stand outside their workload: at a value that `defaults`, an anchor or a merge key brings to it. */
import type { ManifestSource, Path, Span } from '../manifest/source.ts';

/** True where the place is not in the text of the workload that it is about; `within`: where that is, when it is known already. */
export function isInherited(
  { source }: { readonly source: ManifestSource },
  { workload, path, span }: { readonly workload?: string; readonly path: Path; readonly span: Span },
  within?: Span,
): boolean {
  if (workload === undefined || path[0] !== 'workloads' || path.length < 3) return false;
  const own = within ?? source.locate(['workloads', workload], 'pair');
  return own !== undefined && (span.start < own.start || span.end > own.end);
}
