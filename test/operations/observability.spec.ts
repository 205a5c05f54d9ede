import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { type ServerProcess, startProcess } from '../harness/start-process';
import { run, textOf, withTool } from './files';

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const dashboard = JSON.parse(textOf('deploy/grafana/dashboards/chatgpt-backend.json')) as Dashboard;
const alerts = (parse(textOf('deploy/prometheus/alerts.yml')) as Rules).groups.flatMap(({ rules }) => rules);
const manual = textOf('docs/operations.md');

let server: ServerProcess;
let exposed: readonly string[];

beforeAll(async () => {
  server = await startProcess();
  await server.says('Listening');
  const text = await (await fetch(`${server.baseUrl}/metrics`)).text();
  exposed = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
});
afterAll(() => server.dispose());

/** The metrics that a query asks for; fails where it is no PromQL. */
function metricsIn(query: string): string[] {
  const names: string[] = [];
  // What $__rate_interval stands for is Grafana's to know.
  const text = query.replaceAll('$__rate_interval', '5m');
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text}`);
      if (node.name === 'Identifier') names.push(text.slice(node.from, node.to));
    },
  });
  if (names.length === 0) throw new Error(`asks for nothing: ${text}`);
  return names;
}

it('every query of the dashboard asks for what /metrics has', () => {
  const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(15);
  expect(queries.flatMap(metricsIn).filter((name) => !exposed.includes(name))).toEqual([]);
});

it('so does every alert', () => {
  // That a target answers is what Prometheus itself notes.
  const known = [...exposed, 'up'];
  expect(alerts.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !known.includes(name))).toEqual([]);
});

it('a query that is none is found', () => {
  expect(() => metricsIn('sum(rate(http_requests_total[5m])')).toThrow('no PromQL');
});

it('the page for operators knows every metric and every alert', () => {
  const names = new Set(exposed.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
  expect([...names].filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
  expect(alerts.map(({ alert }) => alert).filter((alert) => !manual.includes(`\`${alert}\``))).toEqual([]);
});

const tool = withTool('promtool');
tool.it(`the alerts fire when they are meant to${tool.note}`, async () => {
  await run('promtool', ['check', 'config', 'deploy/prometheus/prometheus.yml']);
  expect(await run('promtool', ['test', 'rules', 'deploy/prometheus/alerts.test.yml'])).toContain('SUCCESS');
});
