/** The registry: every rule, in the order of codes. A test compares it with the folder. */
import { alias } from './alias.ts';
import { availabilityNeedsReplicas } from './availability-needs-replicas.ts';
import { batchDoesNotDivide } from './batch-does-not-divide.ts';
import { beyondContext } from './beyond-context.ts';
import { cannotFlushInNotice } from './cannot-flush-in-notice.ts';
import { carbonCap } from './carbon-cap.ts';
import { cheaperEquivalent } from './cheaper-equivalent.ts';
import { checkpointInterval } from './checkpoint-interval.ts';
import { clusterTooSmall } from './cluster-too-small.ts';
import { coldStart } from './cold-start.ts';
import { commitmentTooLong } from './commitment-too-long.ts';
import { complianceGap } from './compliance-gap.ts';
import { cpuIsEnough } from './cpu-is-enough.ts';
import { customOps } from './custom-ops.ts';
import { dataMustStay } from './data-must-stay.ts';
import { dataTransfer } from './data-transfer.ts';
import { deadlineAtRisk } from './deadline-at-risk.ts';
import { deadlineMissed } from './deadline-missed.ts';
import { doesNotDivide } from './does-not-divide.ts';
import { doesNotFit } from './does-not-fit.ts';
import { duplicateKey } from './duplicate-key.ts';
import { edgeMismatch } from './edge-mismatch.ts';
import { edgeWithoutUpdates } from './edge-without-updates.ts';
import { engineUnsupported } from './engine-unsupported.ts';
import { ephemeralCheckpoints } from './ephemeral-checkpoints.ts';
import { expectationFailed } from './expectation-failed.ts';
import { expertiseGap } from './expertise-gap.ts';
import { farFromUsers } from './far-from-users.ts';
import { frameworkUnsupported } from './framework-unsupported.ts';
import { hybridPattern } from './hybrid-pattern.ts';
import { implausibleEfficiency } from './implausible-efficiency.ts';
import { impossibleCount } from './impossible-count.ts';
import { instanceMismatch } from './instance-mismatch.ts';
import { kvCacheTooSmall } from './kv-cache-too-small.ts';
import { latencyMissed } from './latency-missed.ts';
import { lockIn } from './lock-in.ts';
import { longRunNoCheckpoint } from './long-run-no-checkpoint.ts';
import { managedAtScale } from './managed-at-scale.ts';
import { methodUnsupported } from './method-unsupported.ts';
import { nearBudget } from './near-budget.ts';
import { needsAccelerator } from './needs-accelerator.ts';
import { noAutoscaling } from './no-autoscaling.ts';
import { noOrchestrator } from './no-orchestrator.ts';
import { notAllowed } from './not-allowed.ts';
import { notEnoughSaid } from './not-enough-said.ts';
import { notInRegion } from './not-in-region.ts';
import { notOnProvider } from './not-on-provider.ts';
import { offlineNeedsLocal } from './offline-needs-local.ts';
import { overBudget } from './over-budget.ts';
import { overProvisioned } from './over-provisioned.ts';
import { ownershipBreakEven } from './ownership-break-even.ts';
import { peakOverCapacity } from './peak-over-capacity.ts';
import { podLimit } from './pod-limit.ts';
import { powerLimit } from './power-limit.ts';
import { precisionUnsupported } from './precision-unsupported.ts';
import { publicNetwork } from './public-network.ts';
import { pytorchOnTpu } from './pytorch-on-tpu.ts';
import { quantizationUnsupported } from './quantization-unsupported.ts';
import { quantize } from './quantize.ts';
import { reserveSteadyLoad } from './reserve-steady-load.ts';
import { residency } from './residency.ts';
import { retired } from './retired.ts';
import type { Rule } from './rule.ts';
import { schema } from './schema.ts';
import { serverlessSuits } from './serverless-suits.ts';
import { serviceMismatch } from './service-mismatch.ts';
import { slowInterconnect } from './slow-interconnect.ts';
import { spotServing } from './spot-serving.ts';
import { spotSuits } from './spot-suits.ts';
import { spotWithoutCheckpointing } from './spot-without-checkpointing.ts';
import { stageMismatch } from './stage-mismatch.ts';
import { stalePrice } from './stale-price.ts';
import { staleSuppression } from './stale-suppression.ts';
import { storageStarves } from './storage-starves.ts';
import { suspectPrice } from './suspect-price.ts';
import { tensorAcrossNodes } from './tensor-across-nodes.ts';
import { tightFit } from './tight-fit.ts';
import { tpuOnPremises } from './tpu-on-premises.ts';
import { unencrypted } from './unencrypted.ts';
import { unknownName } from './unknown-name.ts';
import { unpriced } from './unpriced.ts';
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
  expectationFailed,
  notEnoughSaid,
  tpuOnPremises,
  notOnProvider,
  notInRegion,
  instanceMismatch,
  impossibleCount,
  wrongPhase,
  clusterTooSmall,
  edgeMismatch,
  retired,
  podLimit,
  precisionUnsupported,
  cpuIsEnough,
  needsAccelerator,
  pytorchOnTpu,
  frameworkUnsupported,
  engineUnsupported,
  customOps,
  methodUnsupported,
  quantizationUnsupported,
  doesNotFit,
  tightFit,
  tensorAcrossNodes,
  doesNotDivide,
  slowInterconnect,
  kvCacheTooSmall,
  batchDoesNotDivide,
  overProvisioned,
  storageStarves,
  beyondContext,
  spotWithoutCheckpointing,
  checkpointInterval,
  ephemeralCheckpoints,
  spotServing,
  longRunNoCheckpoint,
  cannotFlushInNotice,
  availabilityNeedsReplicas,
  deadlineAtRisk,
  deadlineMissed,
  latencyMissed,
  peakOverCapacity,
  noAutoscaling,
  coldStart,
  implausibleEfficiency,
  farFromUsers,
  overBudget,
  nearBudget,
  cheaperEquivalent,
  reserveSteadyLoad,
  spotSuits,
  serverlessSuits,
  ownershipBreakEven,
  dataTransfer,
  quantize,
  stalePrice,
  unpriced,
  suspectPrice,
  commitmentTooLong,
  dataMustStay,
  residency,
  notAllowed,
  unencrypted,
  publicNetwork,
  hybridPattern,
  complianceGap,
  expertiseGap,
  managedAtScale,
  lockIn,
  serviceMismatch,
  noOrchestrator,
  edgeWithoutUpdates,
  powerLimit,
  offlineNeedsLocal,
  stageMismatch,
  carbonCap,
];
