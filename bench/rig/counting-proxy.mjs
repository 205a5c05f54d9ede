import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Stands before a database server and counts how often somebody waits for it. */
export class CountingProxy {
  roundTrips = 0;

  /** Of what the URL leads to; answers the URL that leads through here. */
  async before(url) {
    const { hostname, port } = new URL(url);
    this.server = createServer((client) => this.join(client, connect(Number(port || 5432), hostname)));
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const ours = new URL(url);
    ours.host = `127.0.0.1:${this.server.address().port}`;
    return ours.href;
  }

  join(client, database) {
    let isAsking = false;
    client.on('data', () => {
      if (!isAsking) this.roundTrips += 1;
      isAsking = true;
    });
    database.on('data', () => (isAsking = false));
    client.pipe(database).pipe(client);
    client.on('error', () => database.destroy());
    database.on('error', () => client.destroy());
  }

  async stop() {
    this.server.close();
    this.server.unref();
  }
}
