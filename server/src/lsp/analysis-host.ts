/** Analyses open documents: at once as far as somebody waits, the rest in later turns of the event loop. */
import { adviseSome, glance, type AnalysisInput } from '../analysis.ts';
import { wantedBook } from '../books/wanted.ts';
import type { Catalog } from '../catalog/types.ts';
import type { View } from '../features/view.ts';
import type { Bookshelf } from './bookshelf.ts';
import type { ManifestDocument } from './document.ts';
import type { Environment } from './environment.ts';
import { describeFailure } from './handler.ts';
import type { Session } from './session.ts';
import type { SettingsSync } from './settings-sync.ts';

/** Workloads whose advice comes with the other findings: those of a small manifest, and the one that is edited. */
const ADVICE_AT_ONCE = 3;

/** Workloads of an opened manifest up to which nothing is said before all of them are planned: that takes a moment only. */
const PLANNED_AT_ONCE = 20;

/** What analyses are made of, and who hears of them. */
export interface AnalysisParts {
  readonly environment: Environment;
  /** Runs the work in a later turn of the event loop. */
  later(work: () => void): void;
  readonly session: Session;
  readonly settings: SettingsSync;
  readonly shelf: Bookshelf;
  /** Without books. */
  catalog(): Catalog;
  isOpen(document: ManifestDocument): boolean;
  /** A version was analysed, or its advice is complete. */
  analysed(current: View): void;
  /** There are more findings in this version than the client was given. */
  foundMore(document: ManifestDocument, current: View): void;
  logError(message: string): void;
}

export class AnalysisHost {
  readonly #parts: AnalysisParts;

  constructor(parts: AnalysisParts) {
    this.#parts = parts;
  }

  /** This version with its analysis. */
  view(document: ManifestDocument): View {
    const { environment, session, shelf, analysed } = this.#parts;
    const isNew = !document.isAnalysed;
    const current = document.view((text, previous) => {
      const known = this.#bookOf(document);
      const input: AnalysisInput = {
        ...this.#inputOf(document, text),
        ...(session.canBeToldMore && { mostAdvice: document.latestAnalysis === undefined ? 0 : ADVICE_AT_ONCE }),
        ...(previous === undefined ? {} : { previous }),
      };
      const analysis = environment.analyse(input);
      const wanted = analysis.manifest.head.pricing?.book;
      // Another book is named than before: its prices are those to plan by.
      if (wanted === known) return analysis;
      return environment.analyse({ ...input, books: shelf.booksOf(document.uri, wanted), previous: analysis });
    });
    if (isNew) {
      analysed(current);
      if (current.analysis.adviceMissing > 0) this.#adviseLater(document);
    }
    return current;
  }

  /** What a long manifest shows right after it was opened; all of it is told in a later turn. Undefined: plan it at once. */
  firstGlance(document: ManifestDocument): View | undefined {
    if (!this.#parts.session.canBeToldMore) return undefined;
    const seen = document.glance((text) => glance(this.#inputOf(document, text)));
    if (seen === undefined || seen.analysis.manifest.workloads.length <= PLANNED_AT_ONCE) return undefined;
    // Messages are written in the turn after they are sent: planning begins behind that.
    this.later(document, () => this.later(document, () => this.#parts.foundMore(document, this.view(document))));
    return seen;
  }

  /** Settled once the price books of the document are there; undefined when they are. */
  readingBooks(document: ManifestDocument): Promise<void> | undefined {
    return this.#parts.shelf.reading(document.uri, this.#bookOf(document));
  }

  /** ISO date that plans are made on. */
  today(): string {
    return this.#parts.session.options.today ?? this.#parts.environment.today();
  }

  /**
   * Does the work in a later turn, unless the document is another one by then. It has no request to fail: what it throws goes to the
   * log, and the server lives on.
   */
  later(document: ManifestDocument, work: () => void): void {
    const { later, isOpen, logError } = this.#parts;
    const { version } = document;
    later(() => {
      if (!isOpen(document) || document.version !== version) return;
      try {
        work();
      } catch (error) {
        logError(describeFailure('background work', version, error));
      }
    });
  }

  #inputOf(document: ManifestDocument, text: string): AnalysisInput {
    const { catalog, shelf, settings } = this.#parts;
    return {
      text,
      catalog: catalog(),
      books: shelf.booksOf(document.uri, this.#bookOf(document)),
      today: this.today(),
      settings: { rules: settings.of(document.uri).rules },
    };
  }

  /** The book that the document's text named when it was last read. */
  #bookOf(document: ManifestDocument): string | undefined {
    const known = document.latestAnalysis;
    return known ? known.manifest.head.pricing?.book : wantedBook(document.text.getText());
  }

  /** The rest of the advice: a workload at a time, each in a turn of its own, until the document changes. Then it is told. */
  #adviseLater(document: ManifestDocument): void {
    this.later(document, () => {
      const analysis = document.refine((known) => adviseSome(known, 1));
      if (analysis === undefined) return;
      if (analysis.adviceMissing > 0) {
        this.#adviseLater(document);
        return;
      }
      const current = { document: document.text, analysis };
      this.#parts.analysed(current);
      this.#parts.foundMore(document, current);
    });
  }
}
