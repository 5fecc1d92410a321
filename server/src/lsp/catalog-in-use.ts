/** The catalogue that everything is planned with: loaded at the first need, with the prices that the client has kept. */
import type { Connection } from 'vscode-languageserver';
import type { Catalog } from '../catalog/types.ts';
import type { Environment } from './environment.ts';
import { catalogWith } from './price-requests.ts';
import type { Session } from './session.ts';

export class CatalogInUse {
  readonly #connection: Connection;
  readonly #environment: Environment;
  readonly #session: Session;
  #catalog: Catalog | undefined;

  constructor(connection: Connection, environment: Environment, session: Session) {
    this.#connection = connection;
    this.#environment = environment;
    this.#session = session;
  }

  current(): Catalog {
    return (this.#catalog ??= this.#load());
  }

  use(catalog: Catalog): void {
    this.#catalog = catalog;
  }

  #load(): Catalog {
    const embedded = this.#environment.loadCatalog();
    try {
      return catalogWith(embedded, this.#session.options.refreshedPrices ?? '');
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      this.#connection.console.warn(`The refreshed prices are not used: ${why}`);
      return embedded;
    }
  }
}
