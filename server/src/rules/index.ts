/** The registry: every rule, in the order of codes. A test compares it with the folder. */
import { duplicateKey } from './duplicate-key.ts';
import { pytorchOnTpu } from './pytorch-on-tpu.ts';
import type { Rule } from './rule.ts';
import { schema } from './schema.ts';
import { spotWithoutCheckpointing } from './spot-without-checkpointing.ts';
import { staleSuppression } from './stale-suppression.ts';
import { tpuOnPremises } from './tpu-on-premises.ts';
import { wrongDimension } from './wrong-dimension.ts';
import { yamlSyntax } from './yaml-syntax.ts';

export const rules: readonly Rule[] = [
  yamlSyntax,
  schema,
  duplicateKey,
  wrongDimension,
  staleSuppression,
  tpuOnPremises,
  pytorchOnTpu,
  spotWithoutCheckpointing,
];
