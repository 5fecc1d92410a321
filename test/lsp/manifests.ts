/** Manifests that several tests of the server open. */

/** One error: spot without checkpointing. */
export const SPOT = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora } # adapters only
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

/** Nothing to say against it but, perhaps, advice. */
export const SOUND = SPOT.replace('capacity: spot', 'capacity: on-demand');

/** Thirty workloads with the error of `SPOT`, the first with a mistyped key as well. */
export const LONG = `version: 1
workloads:
${Array.from({ length: 30 }, (_, index) => `  w${index.toString()}:\n${SPOT.slice(SPOT.indexOf('    phase'))}`)
  .join('')
  .replace('training:', 'modle: llama-3.1-8b\n    training:')}`;
