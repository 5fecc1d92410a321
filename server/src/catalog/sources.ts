/** Where facts come from, and under which licence it may be told. */

/** True where the source says that the fact is general knowledge, wholly or in a part. */
export function isUnsourced(source: string): boolean {
  return /\bunsourced\b/.test(source);
}

/** Facts that no source states. */
export const GENERAL_KNOWLEDGE = 'general knowledge';

/** The repository or site behind a source: `github.com/owner/name`, `docs.nvidia.com`; general knowledge where there is none. */
export function originOf(source: string): string {
  const repository = /github:([\w.-]+\/[\w.-]+)/.exec(source)?.[1];
  if (repository !== undefined) return `github.com/${repository}`;
  const address = /https?:\/\/([^/\s]+)(\/[\w.-]+\/[\w.-]+)?/.exec(source);
  if (address?.[1] === 'raw.githubusercontent.com' && address[2] !== undefined) return `github.com${address[2]}`;
  if (address?.[1] !== undefined) return address[1];
  if (isUnsourced(source)) return GENERAL_KNOWLEDGE;
  return /^secondary/.test(source) ? 'second-hand notes' : 'public documents';
}

const FACTS_ONLY = 'facts only';

/** What the sources state of their licences. From all others single facts are taken, none of their text. */
const LICENCES: Readonly<Record<string, string>> = {
  'github.com/AI-Hypercomputer/maxtext': 'Apache-2.0',
  'github.com/AI-Hypercomputer/xpk': 'Apache-2.0',
  'github.com/Azure/karpenter-provider-azure': 'Apache-2.0',
  'github.com/Cyclenerd/google-cloud-pricing-cost-calculator': 'Apache-2.0',
  'github.com/Green-Software-Foundation/real-time-cloud': 'CC-BY',
  'github.com/Lightning-AI/litgpt': 'Apache-2.0',
  'github.com/SpareCores/sc-crawler': 'MPL-2.0',
  'github.com/ai-dynamo/aiconfigurator': 'Apache-2.0',
  'github.com/alexei-led/spotinfo': 'Apache-2.0 (data of AWS)',
  'github.com/aws/karpenter-provider-aws': 'Apache-2.0',
  'github.com/dstackai/gpuhunt': 'MPL-2.0',
  'github.com/electricitymaps/electricitymaps-contrib': `AGPL-3.0: ${FACTS_ONLY}`,
  'github.com/huggingface/pytorch-image-models': 'Apache-2.0',
  'github.com/infracost/infracost': 'Apache-2.0',
  'github.com/jwilliamross/compute-curve': 'CC BY 4.0 (Eric Pauley, AWS Spot Price History, Zenodo)',
  'github.com/koyakimu/ec2-capacity-blocks-for-ml-pricing-json': `none stated: ${FACTS_ONLY}`,
  'github.com/kubernetes/autoscaler': 'Apache-2.0',
  'github.com/skypilot-org/skypilot-catalog': `not read: ${FACTS_ONLY}`,
  'github.com/stas00/ml-engineering': 'CC-BY-SA: numbers only',
  'github.com/tal66/cloud-regions': `AGPL: ${FACTS_ONLY}`,
  'github.com/tardellirs/gpu-pricing': 'MIT',
  'github.com/tsaol/aws-gpu': `none stated: ${FACTS_ONLY}`,
  'github.com/ultralytics/ultralytics': `AGPL: ${FACTS_ONLY}`,
};

/** The licence of an origin as far as it was read. */
export function licenceOf(origin: string): string {
  return LICENCES[origin] ?? (origin === GENERAL_KNOWLEDGE ? '' : FACTS_ONLY);
}
