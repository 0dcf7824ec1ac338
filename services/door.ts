import type { Server } from 'node:http';

/** Where requests come in; others may close it for a while, and the process lives on. */
export class Door {
  #opened: { readonly server: Server; readonly host: string; readonly port: number } | undefined;

  /** To be told of the server once it listens. */
  belongsTo(server: Server, host: string, port: number): void {
    this.#opened = { server, host, port };
  }

  /** From now on connections are refused; those that are there are cut. */
  close(): void {
    this.#opened?.server.close();
    this.#opened?.server.closeAllConnections();
  }

  open(): void {
    if (this.#opened === undefined || this.#opened.server.listening) return;
    const { server, host, port } = this.#opened;
    server.listen(port, host);
  }
}
