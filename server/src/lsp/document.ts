/** An open manifest: its text, and the analysis of exactly this version, made when first asked for. */
import { TextDocument, type TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis.ts';
import type { View } from '../features/view.ts';

/** Makes the analysis of a text; `previous` is that of the version before or a glance at it: unchanged workloads are taken from it. */
export type Analyse = (text: string, previous: Analysis | undefined) => Analysis;

/** Documents that were opened so far. */
let opened = 0;

/** Lives from `didOpen` to `didClose`; the analysis is cached for the current version only, and gone with the document. */
export class ManifestDocument {
  /** Tells a document from one that was open under the same name before. */
  readonly serial = ++opened;
  readonly uri: string;
  readonly languageId: string;
  #text: TextDocument;
  #analysis: Analysis | undefined;
  /** What the text showed before its first analysis, which goes on from it. */
  #glance: Analysis | undefined;
  #isSeen = false;
  /** Version that `#analysis` belongs to; undefined when settings changed since. */
  #analysedVersion: number | undefined;

  constructor(uri: string, languageId: string, version: number, content: string) {
    this.uri = uri;
    this.languageId = languageId;
    this.#text = TextDocument.create(uri, languageId, version, content);
  }

  get version(): number {
    return this.#text.version;
  }

  get text(): TextDocument {
    return this.#text;
  }

  get isAnalysed(): boolean {
    return this.#analysedVersion === this.version;
  }

  update(changes: TextDocumentContentChangeEvent[], version: number): void {
    this.#text = TextDocument.update(this.#text, changes, version);
  }

  /**
   * What this version shows before it is planned. Given once, to a document that was never analysed: what was found in an earlier
   * version does not vanish for a moment.
   */
  glance(read: (text: string) => Analysis): View | undefined {
    if (this.#isSeen) return undefined;
    this.#isSeen = true;
    this.#glance = read(this.#text.getText());
    return { document: this.#text, analysis: this.#glance };
  }

  /** This version with its analysis, which is made now unless it is there already. */
  view(analyse: Analyse): View {
    if (this.#analysis === undefined || this.#analysedVersion !== this.version) {
      this.#isSeen = true;
      this.#analysis = analyse(this.#text.getText(), this.#analysis ?? this.#glance);
      this.#glance = undefined;
      this.#analysedVersion = this.version;
    }
    return { document: this.#text, analysis: this.#analysis };
  }

  /** Puts more into the analysis of this version: advice that was searched for meanwhile. Undefined when there is none yet. */
  refine(step: (analysis: Analysis) => Analysis): Analysis | undefined {
    if (this.#analysis === undefined || !this.isAnalysed) return undefined;
    this.#analysis = step(this.#analysis);
    return this.#analysis;
  }

  /** The newest analysis there is, perhaps of an older version: for requests that only take advice from it. */
  get latestAnalysis(): Analysis | undefined {
    return this.#analysis;
  }

  /** Settings changed: the analysis must be made again, from nothing. */
  forget(): void {
    this.#analysis = undefined;
    this.#analysedVersion = undefined;
  }
}
