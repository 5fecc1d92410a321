/** One identity of a target, for lists, requests and edits. */
import type { ResolvedTarget } from './types.ts';

/** Provider (or cluster)/region/instance/accelerator (or device)/count/capacity; what is open is empty. */
export function targetKey(target: ResolvedTarget): string {
  const { provider, cluster, region, instance, accelerator, device, count, capacity } = target;
  return [provider ?? cluster, region, instance, accelerator ?? device, count, capacity]
    .map((part) => part ?? '')
    .join('/');
}
