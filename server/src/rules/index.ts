/** The registry: every rule, in the order of codes. A test compares it with the folder. */
import { alias } from './alias.ts';
import { cheaperEquivalent } from './cheaper-equivalent.ts';
import { checkpointInterval } from './checkpoint-interval.ts';
import { clusterTooSmall } from './cluster-too-small.ts';
import { doesNotFit } from './does-not-fit.ts';
import { duplicateKey } from './duplicate-key.ts';
import { impossibleCount } from './impossible-count.ts';
import { instanceMismatch } from './instance-mismatch.ts';
import { needsAccelerator } from './needs-accelerator.ts';
import { notInRegion } from './not-in-region.ts';
import { notOnProvider } from './not-on-provider.ts';
import { overBudget } from './over-budget.ts';
import { precisionUnsupported } from './precision-unsupported.ts';
import { pytorchOnTpu } from './pytorch-on-tpu.ts';
import { retired } from './retired.ts';
import type { Rule } from './rule.ts';
import { schema } from './schema.ts';
import { spotWithoutCheckpointing } from './spot-without-checkpointing.ts';
import { staleSuppression } from './stale-suppression.ts';
import { tpuOnPremises } from './tpu-on-premises.ts';
import { unknownName } from './unknown-name.ts';
import { unusedCluster } from './unused-cluster.ts';
import { wrongDimension } from './wrong-dimension.ts';
import { wrongPhase } from './wrong-phase.ts';
import { wrongSection } from './wrong-section.ts';
import { yamlSyntax } from './yaml-syntax.ts';

export const rules: readonly Rule[] = [
  yamlSyntax,
  schema,
  duplicateKey,
  unknownName,
  wrongDimension,
  wrongSection,
  unusedCluster,
  alias,
  staleSuppression,
  tpuOnPremises,
  notOnProvider,
  notInRegion,
  instanceMismatch,
  impossibleCount,
  wrongPhase,
  clusterTooSmall,
  retired,
  precisionUnsupported,
  needsAccelerator,
  pytorchOnTpu,
  doesNotFit,
  spotWithoutCheckpointing,
  checkpointInterval,
  overBudget,
  cheaperEquivalent,
];
