/** What is measured of two servers at one size of manifest: both in one run, taking turns. */
import { openSession, type Completed, type Contestant, type Session } from './editor.ts';
import { placeAfter, type BenchManifest } from './manifest.ts';

/** Medians. Times in milliseconds. */
export interface Figures {
  readonly keystrokeMs: number;
  /** Undefined where the server offers no completion. */
  readonly value: CompletionFigures | undefined;
  readonly key: CompletionFigures | undefined;
  /** To the first diagnostics. */
  readonly startMs: number;
  /** To those that hold everything. */
  readonly wholeStartMs: number;
  readonly memoryBytes: number;
}

export interface CompletionFigures {
  readonly typedMs: number;
  readonly settledMs: number;
}

export interface Repetitions {
  readonly starts: number;
  readonly keystrokes: number;
  readonly completions: number;
}

/** Figures of each contestant, in their order. */
export async function measure(
  contestants: readonly Contestant[],
  manifest: BenchManifest,
  times: Repetitions,
): Promise<readonly Figures[]> {
  // The diagnostics that end a start must show a mistake: an empty list sent before the schema is loaded is no answer.
  const mistaken = manifest.text.replace('capacity: on-demand', 'capacity: on-demandd');
  const starts = contestants.map((): Pick<Session, 'startMs' | 'wholeMs'>[] => []);
  for (let round = 0; round < times.starts; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const session = await openSession(contestant, mistaken, true);
      starts[index]?.push(session);
      await session.close();
    }
  }

  const sessions: Session[] = [];
  for (const contestant of contestants) sessions.push(await openSession(contestant, manifest.text, false));
  try {
    const middle = Math.floor(manifest.lines / 2) - 10;
    const keystrokes = await inTurns(sessions, times.keystrokes, (session, round) =>
      keystroke(session, manifest.text, middle, round),
    );
    const values = await inTurns(sessions, times.completions, (session) =>
      completeValue(session, manifest.text, middle),
    );
    const keys = await inTurns(sessions, times.completions, (session) => completeKey(session, manifest.text, middle));
    return sessions.map((session, index) => ({
      keystrokeMs: median(keystrokes[index] ?? []) ?? Number.NaN,
      value: completionFigures(values[index] ?? []),
      key: completionFigures(keys[index] ?? []),
      startMs: median((starts[index] ?? []).map(({ startMs }) => startMs)) ?? Number.NaN,
      wholeStartMs: median((starts[index] ?? []).map(({ wholeMs }) => wholeMs)) ?? Number.NaN,
      memoryBytes: session.memoryBytes(),
    }));
  } finally {
    for (const session of sessions) await session.close();
  }
}

/** Rounds before the first that counts: both servers have then compiled what they use. */
const WARM_UP = 5;

async function inTurns<T>(
  sessions: readonly Session[],
  rounds: number,
  act: (session: Session, round: number) => Promise<T | undefined>,
): Promise<T[][]> {
  const figures = sessions.map((): T[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [index, session] of sessions.entries()) {
      const figure = await act(session, round + WARM_UP);
      if (round >= 0 && figure !== undefined) figures[index]?.push(figure);
    }
  }
  return figures;
}

/** A digit is typed into a number of one workload, and taken out again at the next round. `Repetitions` and warm-up make an even sum. */
async function keystroke(session: Session, text: string, fromLine: number, round: number): Promise<number> {
  const place = placeAfter(text, 'batchSize: ', fromLine);
  const digit = ((Math.floor(round / 2) % 9) + 1).toString();
  const behind = { line: place.line, character: place.character + 1 };
  const { milliseconds } =
    round % 2 === 0 ? await session.edit(place, place, digit) : await session.edit(place, behind, '');
  return milliseconds;
}

async function completeValue(session: Session, text: string, fromLine: number): Promise<Completed | undefined> {
  const place = placeAfter(text, 'capacity: ', fromLine);
  const end = { line: place.line, character: (text.split('\n')[place.line] ?? '').length };
  const written = (text.split('\n')[place.line] ?? '').slice(place.character);
  const answer = await session.complete(place, end, 's');
  await session.edit(place, { line: place.line, character: place.character + 1 }, written);
  if (answer !== undefined && !answer.labels.some((label) => label.includes('spot')))
    throw new Error('completion of a value does not offer `spot`');
  return answer;
}

async function completeKey(session: Session, text: string, fromLine: number): Promise<Completed | undefined> {
  const place = placeAfter(text, 'framework: pytorch', fromLine);
  const answer = await session.complete(place, place, '\n    l');
  await session.edit(place, { line: place.line + 1, character: 5 }, '');
  if (answer !== undefined && !answer.labels.some((label) => label.includes('lifetime')))
    throw new Error('completion of a key does not offer `lifetime`');
  return answer;
}

function completionFigures(list: readonly Completed[]): CompletionFigures | undefined {
  const typedMs = median(list.map((one) => one.typedMs));
  const settledMs = median(list.map((one) => one.settledMs));
  return typedMs === undefined || settledMs === undefined ? undefined : { typedMs, settledMs };
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half];
  const lower = sorted.length % 2 === 0 ? sorted[half - 1] : upper;
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/** Time of the processor, for what is computing alone: that other processes wait for their turn does not count. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
