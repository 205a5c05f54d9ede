import { Agent, createServer, request } from 'node:http';

/** The yardstick: what comes from the upstream goes to the client, and nothing else is done. */
const [upstreamPort] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

const server = createServer((asked, response) => {
  const { method, url: path } = asked;
  const { 'content-type': type, 'content-length': length } = asked.headers;
  const headers = { 'content-type': type, 'content-length': length };
  const forwarded = request({ host: '127.0.0.1', port: upstreamPort, agent, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  response.on('close', () => response.writableFinished || forwarded.destroy());
  asked.pipe(forwarded);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
