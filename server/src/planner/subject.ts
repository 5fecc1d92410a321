/** A workload as the estimators see it: its model resolved, its defaults known, its machines still open. */
import type { Accelerator, Catalog, EngineFact } from '../catalog/types.ts';
import type { Serving, Training, Workload } from '../manifest/schema.ts';
import { resolveModel } from './model.ts';
import type { Explained, ModelFacts } from './types.ts';

export interface Subject {
  readonly workload: Workload;
  /** True for `training` and `fine-tuning`. */
  readonly trains: boolean;
  /** True for what ends: training, fine-tuning, batch inference. */
  readonly ends: boolean;
  readonly training: Training;
  readonly serving: Serving;
  readonly model: Explained<ModelFacts | undefined>;
}

/** Workloads are the same objects while their text and the defaults do not change; rules ask for them again and again. */
const known = new WeakMap<Workload, { readonly catalog: Catalog; readonly subject: Subject }>();

export function subjectOf(workload: Workload, catalog: Catalog): Subject {
  const before = known.get(workload);
  if (before?.catalog === catalog) return before.subject;
  const subject = read(workload, catalog);
  known.set(workload, { catalog, subject });
  return subject;
}

function read(workload: Workload, catalog: Catalog): Subject {
  const trains = workload.phase === 'training' || workload.phase === 'fine-tuning';
  return {
    workload,
    trains,
    ends: trains || workload.phase === 'batch-inference',
    training: workload.training ?? {},
    serving: workload.serving ?? {},
    model: resolveModel(workload.model, catalog),
  };
}

export function isLanguageModel(model: ModelFacts): boolean {
  return model.family === 'transformer' || model.family === 'moe';
}

/** The engine: stated, else vLLM for language models on chips it supports, else unknown (`manifest.md`, Defaults). */
export function engineOn(
  subject: Subject,
  accelerator: Accelerator,
  catalog: Catalog,
): { readonly engine?: string; readonly fact?: EngineFact } {
  const stated = subject.serving.engine;
  const model = subject.model.value;
  if (stated === undefined && !(model && isLanguageModel(model))) return {};
  const engine = stated ?? 'vllm';
  const fact = catalog.engine(engine, accelerator.id);
  if (stated === undefined && (!fact || fact.support === 'none')) return {};
  return { engine, ...(fact && { fact }) };
}

/** True where a restarted run loses nothing but the time since its last checkpoint. */
export function resumes(workload: Workload): boolean {
  return (
    workload.checkpointing !== undefined && workload.checkpointing !== false && workload.checkpointing.resume !== false
  );
}
