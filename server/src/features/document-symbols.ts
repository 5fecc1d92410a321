/** The outline: top-level keys, workloads with what they cost and their keys, clusters with what they are made of. */
import { SymbolKind, type DocumentSymbol, type SymbolInformation } from 'vscode-languageserver-types';
import type { Path } from '../manifest/source.ts';
import { costWords } from './amounts.ts';
import { rangeOf, type View } from './view.ts';

const LONGEST_DETAIL = 60;
/** Workloads whose keys are outlined too; in a larger manifest that would cost a tenth of a second at every change. */
const MOST_OPENED = 200;

export function documentSymbols(view: View): DocumentSymbol[] {
  const { source } = view.analysis;
  const keys = [...Object.keys(source.head), ...(source.hasWorkloads ? ['workloads'] : [])];
  return ordered(
    keys.flatMap((key) => {
      if (key === 'workloads') return symbol(view, ['workloads'], SymbolKind.Namespace, '', workloads(view));
      if (key === 'clusters') return symbol(view, ['clusters'], SymbolKind.Namespace, '', clusters(view));
      return symbol(view, [key], SymbolKind.Property, scalarDetail(source.head[key]));
    }),
  );
}

/** For clients without a hierarchy: the same, flat. */
export function flatSymbols(view: View): SymbolInformation[] {
  const flat = (symbols: readonly DocumentSymbol[], containerName?: string): SymbolInformation[] =>
    symbols.flatMap(({ name, kind, range, children }) => [
      {
        name,
        kind,
        location: { uri: view.document.uri, range },
        ...(containerName === undefined ? {} : { containerName }),
      },
      ...flat(children ?? [], name),
    ]);
  return flat(documentSymbols(view));
}

/** Symbols in one answer: nobody reads more. */
export const MOST_FOUND = 200;

/** Workloads and clusters of a manifest whose name holds the characters of `query` in their order, as editors filter. */
export function workspaceSymbols(view: View, query: string): SymbolInformation[] {
  const title = view.analysis.manifest.head.name ?? view.document.uri.split('/').at(-1) ?? '';
  return flatSymbols(view)
    .filter(({ kind, name, containerName }) => {
      return containerName !== undefined && kind !== SymbolKind.Property && holdsInOrder(name, query);
    })
    .slice(0, MOST_FOUND)
    .map((symbol) => ({ ...symbol, containerName: `${symbol.containerName ?? ''} · ${title}` }));
}

function holdsInOrder(name: string, query: string): boolean {
  let at = 0;
  const text = name.toLowerCase();
  for (const character of query.toLowerCase()) {
    at = text.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function workloads(view: View): DocumentSymbol[] {
  const { source } = view.analysis;
  const opened = source.workloads.length <= MOST_OPENED;
  return source.workloads.flatMap(({ name, raw }) => {
    const plan = view.analysis.plans.get(name);
    const path = ['workloads', name];
    const cost = plan === undefined ? '' : costWords(plan);
    return symbol(view, path, SymbolKind.Module, cost, opened ? keysOf(view, path, raw) : []);
  });
}

function keysOf(view: View, path: Path, raw: unknown): DocumentSymbol[] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return [];
  return ordered(
    Object.entries(raw).flatMap(([key, value]) =>
      symbol(view, [...path, key], SymbolKind.Property, scalarDetail(value)),
    ),
  );
}

function clusters(view: View): DocumentSymbol[] {
  const raw = view.analysis.source.head['clusters'];
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return [];
  const symbols = Object.entries(raw).flatMap(([name, cluster]) => {
    const accelerator = (cluster as { accelerator?: unknown } | null)?.accelerator;
    return symbol(view, ['clusters', name], SymbolKind.Object, typeof accelerator === 'string' ? accelerator : '');
  });
  return ordered(symbols);
}

function symbol(
  view: View,
  path: Path,
  kind: SymbolKind,
  detail: string,
  children: DocumentSymbol[] = [],
): DocumentSymbol[] {
  const { source } = view.analysis;
  const key = source.locate(path, 'key');
  if (key === undefined || !source.isOwn(path)) return [];
  const pair = source.locate(path, 'pair') ?? key;
  const name = String(path.at(-1));
  return [
    {
      // Clients refuse a symbol without a name; an empty key is written as two quotes.
      name: name.trim() === '' ? '""' : name,
      kind,
      detail,
      range: rangeOf(view.document, { start: Math.min(pair.start, key.start), end: Math.max(pair.end, key.end) }),
      selectionRange: rangeOf(view.document, key),
      ...(children.length > 0 ? { children } : {}),
    },
  ];
}

function ordered(symbols: DocumentSymbol[]): DocumentSymbol[] {
  return symbols.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

function scalarDetail(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
  const text = String(value).replace(/\s+/g, ' ');
  return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text;
}
