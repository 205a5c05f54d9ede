/** A panel of Grafana: what it shows and the queries behind it, by the words of their legends. */
interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: Readonly<Record<string, string>>;
}

/** A metric as the registry of the running application has it. */
export interface MetricShape {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const OURS = /^(http|openai|chat|quota)_/;
const PROCESS: readonly Panel[] = [
  {
    title: 'CPU',
    unit: 'percentunit',
    queries: { '{{instance}}': 'rate(process_cpu_seconds_total[$__rate_interval])' },
  },
  { title: 'Resident memory', unit: 'bytes', queries: { '{{instance}}': 'process_resident_memory_bytes' } },
  {
    title: 'Event loop lag, 99th percentile',
    unit: 's',
    queries: { '{{instance}}': 'nodejs_eventloop_lag_p99_seconds' },
  },
  { title: 'Open file descriptors', unit: 'short', queries: { '{{instance}}': 'process_open_fds' } },
];

/** A panel for each metric of ours, made from its type and labels, then the process. */
export function dashboard(metrics: readonly MetricShape[]): object {
  const ours = metrics.filter(({ name }) => OURS.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const panels = [...ours.map(panelOf), ...PROCESS].map((panel, at) => ({
    id: at + 1,
    type: 'timeseries',
    title: panel.title,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos: { x: (at % 2) * 12, y: Math.floor(at / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
    targets: Object.entries(panel.queries).map(([legendFormat, expr], ref) => ({
      refId: String.fromCharCode(65 + ref),
      expr,
      legendFormat,
    })),
  }));
  return {
    uid: 'chatgpt-backend',
    title: 'ChatGPT Backend',
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    panels,
  };
}

function panelOf({ name, help, type, labels }: MetricShape): Panel {
  if (type === 'histogram') {
    const quantile = (q: number) => `histogram_quantile(${q}, sum by (le) (rate(${name}_bucket[$__rate_interval])))`;
    return {
      title: help,
      unit: 's',
      queries: { median: quantile(0.5), '95th': quantile(0.95), '99th': quantile(0.99) },
    };
  }
  // One line for each route would be a tangle.
  const shown = labels.filter((label) => !['method', 'endpoint'].includes(label));
  const legend = shown.map((label) => `{{${label}}}`).join(' ') || 'all';
  const by = shown.length > 0 ? ` by (${shown.join(', ')})` : '';
  if (type === 'gauge') {
    const how = name.endsWith('_state') ? 'max' : 'sum';
    return { title: help, unit: 'short', queries: { [legend]: `${how}${by} (${name})` } };
  }
  const unit = name.includes('dollars') ? 'currencyUSD' : 'reqps';
  return { title: `${help}, a second`, unit, queries: { [legend]: `sum${by} (rate(${name}[$__rate_interval]))` } };
}
