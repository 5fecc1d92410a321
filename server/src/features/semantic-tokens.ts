/** Colour by meaning, for the lines in sight: names the author chose, words of the language, things of the catalogue, quantities. */
import type { Range, SemanticTokens, SemanticTokensLegend } from 'vscode-languageserver-types';
import { anchorMentions, writtenIn, type Written } from '../manifest/written.ts';
import type { Span } from '../manifest/source.ts';
import { manifestSchemaJson } from '../schema/generated.ts';
import { schemaAt } from '../schema/walk.ts';
import { spanOf, touches, type View } from './view.ts';

/** Of the protocol's own types, so that every theme has a colour for them. Keys keep the colour of YAML's grammar. */
const TYPES = ['namespace', 'type', 'enumMember', 'number', 'variable'] as const;
type TokenType = (typeof TYPES)[number];

export const SEMANTIC_LEGEND: SemanticTokensLegend = {
  tokenTypes: [...TYPES],
  tokenModifiers: ['declaration'],
};

interface Token {
  readonly span: Span;
  readonly type: TokenType;
  readonly declaration: boolean;
}

/** Tokens that touch the range; a token lies on one line. */
export function semanticTokens(view: View, range: Range): SemanticTokens {
  const within = spanOf(view.document, range);
  const { source } = view.analysis;
  const tokens = writtenIn(source, within).flatMap(tokenOf);
  for (const { kind, span } of anchorMentions(source))
    if (touches(span, within)) tokens.push({ span, type: 'variable', declaration: kind === 'anchor' });
  return { data: encode(view, tokens) };
}

function tokenOf(written: Written): Token[] {
  const { kind, path, span } = written;
  const token = (type: TokenType, declaration = false): Token[] => [{ span, type, declaration }];
  if (kind === 'merge') return [];
  if (kind === 'key') {
    const isName = path.length === 2 && (path[0] === 'workloads' || path[0] === 'clusters');
    return isName ? token('namespace', true) : [];
  }
  const place = schemaAt(manifestSchemaJson, path);
  if (place === undefined) return [];
  if (typeof written.value === 'string' && place.values.includes(written.value)) return token('enumMember');
  if (place.valueList === 'cluster') return token('namespace');
  if (place.valueList !== undefined) return token('type');
  return place.dimension === undefined ? [] : token('number');
}

/** Five numbers a token, each place relative to the one before, as the protocol wants it. */
function encode({ document }: View, tokens: Token[]): number[] {
  const data: number[] = [];
  let [line, character] = [0, 0];
  for (const { span, type, declaration } of tokens.sort((a, b) => a.span.start - b.span.start)) {
    const [start, end] = [document.positionAt(span.start), document.positionAt(span.end)];
    if (start.line !== end.line || span.end <= span.start) continue;
    const sameLine = start.line === line && data.length > 0;
    data.push(
      start.line - line,
      sameLine ? start.character - character : start.character,
      end.character - start.character,
      TYPES.indexOf(type),
      declaration ? 1 : 0,
    );
    [line, character] = [start.line, start.character];
  }
  return data;
}
