import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as prometheus from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { loadConfig } from '#platform';
import { parseAllDocuments } from 'yaml';
import { root, run, variables, withTool } from './files';

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
  readonly data?: Readonly<Record<string, string>>;
}
type Model = new (data: object) => { validate(): void };

const models = {
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'batch/v1': batch,
  'monitoring.coreos.com/v1': prometheus,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  v1: core,
} as unknown as Readonly<Record<string, Readonly<Record<string, Model>>>>;

const tool = withTool('kubectl');
const overlays = readdirSync(join(root, 'deploy/kubernetes/overlays'));

async function build(overlay: string): Promise<readonly Resource[]> {
  const text = await run('kubectl', ['kustomize', `deploy/kubernetes/overlays/${overlay}`]);
  return parseAllDocuments(text).map((document) => document.toJS() as Resource);
}
const only = (resources: readonly Resource[], kind: string): Resource => {
  const [found, ...more] = resources.filter((resource) => resource.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`not one ${kind}`);
  return found;
};
const podsOf = (resources: readonly Resource[]) =>
  resources.filter(({ kind }) => ['Deployment', 'Job'].includes(kind)).map(({ spec }) => spec.template.spec);

describe.each(overlays)('the overlay %s', (overlay) => {
  let resources: readonly Resource[];
  beforeAll(async () => {
    if (tool.note === '') resources = await build(overlay);
  });

  tool.it(`fits the schemas of Kubernetes${tool.note}`, () => {
    for (const resource of resources) {
      const Kind = models[resource.apiVersion]?.[resource.kind];
      if (Kind === undefined) throw new Error(`nobody knows ${resource.apiVersion} ${resource.kind}`);
      expect(() => new Kind(resource).validate()).not.toThrow();
      expect(() => new Kind({ ...resource, spec: 'none', data: 1, metadata: 1 }).validate()).toThrow();
    }
  });

  tool.it(`what goes for the server's pods goes for them${tool.note}`, () => {
    const name = { 'app.kubernetes.io/name': 'chatgpt-backend' };
    const { selector, template } = only(resources, 'Deployment').spec;
    expect([selector.matchLabels, template.metadata.labels]).toEqual([name, name]);
    expect(only(resources, 'Service').spec.selector).toEqual(name);
    expect(only(resources, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: name });
    const budgets = resources.filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budgets.map(({ spec }) => spec.selector)).toEqual(budgets.map(() => ({ matchLabels: name })));
  });

  tool.it(`keeps to the restricted pod security standard${tool.note}`, () => {
    for (const { securityContext, containers } of podsOf(resources)) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of containers) {
        expect(container.securityContext).toEqual({
          ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        });
      }
    }
  });

  tool.it(`asks three probes, and leaves more time than the drain takes${tool.note}`, () => {
    const { template } = only(resources, 'Deployment').spec;
    const [{ startupProbe, readinessProbe, livenessProbe, lifecycle }] = template.spec.containers;
    expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      ...['/health/live', '/health/ready', '/health/live'],
    ]);
    const [, preStopMs] = /(\d+)\)$/.exec(lifecycle.preStop.exec.command[2]) ?? [];
    const grace = Number(only(resources, 'ConfigMap').data?.['SHUTDOWN_GRACE']);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(preStopMs) / 1000 + grace);
  });

  tool.it(`sets variables that exist, and no secret${tool.note}`, () => {
    const names = Object.keys(only(resources, 'ConfigMap').data ?? {});
    expect(names.filter((name) => !(name in variables))).toEqual([]);
    expect(names.filter((name) => /KEY|TOKEN|PASSWORD/.test(name))).toEqual([]);
    expect(resources.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  tool.it(`tells the server how many it is, and leaves an autoscaler's number alone${tool.note}`, () => {
    const { replicas, template } = only(resources, 'Deployment').spec;
    const [scaler] = resources.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    if (scaler !== undefined) expect(replicas).toBeUndefined();
    const value = String(scaler?.spec.minReplicas ?? replicas);
    expect(template.spec.containers[0].env).toEqual([{ name: 'REPLICAS', value }]);
  });
});

describe('SQLite', () => {
  it('serves one process, and more are refused at the start', () => {
    const asked = (REPLICAS: string, DATABASE_URL: string) => () =>
      loadConfig({ SECRET_KEY: 'given', ENCRYPTION_KEY: 'A'.repeat(43) + '=', REPLICAS, DATABASE_URL });
    expect(asked('1', 'sqlite:///a.db')).not.toThrow();
    expect(asked('2', 'sqlite:///a.db')).toThrow('REPLICAS is 2, and DATABASE_URL is SQLite');
    expect(asked('2', 'postgresql://localhost/chat')).not.toThrow();
  });

  tool.it(`stands on a volume that no second pod can mount, without an autoscaler${tool.note}`, async () => {
    const resources = await build('single');
    expect(only(resources, 'PersistentVolumeClaim').spec.accessModes).toEqual(['ReadWriteOncePod']);
    expect(only(resources, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(resources.some(({ kind }) => kind === 'HorizontalPodAutoscaler')).toBe(false);
  });
});
