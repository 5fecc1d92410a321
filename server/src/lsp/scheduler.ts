/** Runs work per document soon after its last change, without a fixed wait. */

export interface Scheduler {
  /** Work for this document is due; a call before it ran takes the place of the earlier one. */
  schedule(uri: string): void;
}

/**
 * Changes that are already queued are taken together: the work runs after two turns of the event loop in which nothing changed,
 * since the reader of messages delivers one message a turn.
 */
export function createScheduler(later: (callback: () => void) => void, run: (uri: string) => void): Scheduler {
  const tickets = new Map<string, number>();
  let counter = 0;

  return {
    schedule(uri) {
      counter += 1;
      const ticket = counter;
      tickets.set(uri, ticket);
      later(() => {
        if (tickets.get(uri) !== ticket) return;
        later(() => {
          if (tickets.get(uri) !== ticket) return;
          tickets.delete(uri);
          run(uri);
        });
      });
    },
  };
}
