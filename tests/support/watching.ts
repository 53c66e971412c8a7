import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/* What those who watch a server read: docs/metrics.md, docs/grafana.json, docs/alerts.yml. */

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

export interface DocumentedMetric {
  readonly name: string;
  readonly labels: readonly string[];
  readonly isOnPostgres: boolean;
}

/** The metrics that docs/metrics.md lists. */
export function documentedMetrics(): DocumentedMetric[] {
  const rows = read('metrics.md').matchAll(/^\| `(charla_\w+)(?:\{([\w,]+)\})?` +\| (.*)\|$/gm);
  return Array.from(rows, ([, name, labels, meaning]) => ({
    name: name!,
    labels: labels?.split(',') ?? [],
    isOnPostgres: meaning!.startsWith('PostgreSQL only'),
  }));
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

export const readPanels = (): readonly Panel[] =>
  (JSON.parse(read('grafana.json')) as { panels: Panel[] }).panels;

/** The expressions of the dashboard. */
export const readDashboard = (): string[] =>
  readPanels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

export const readAlerts = (): readonly Rule[] =>
  (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );

/** The expressions of the alerts. */
export const readRules = (): string[] => readAlerts().map(({ expr }) => expr);

interface Named {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** The metrics of an expression with the values that it wants of their labels, and the labels that it groups by. */
export function namesIn(expression: string): { metrics: Named[]; grouped: string[] } {
  const plain = expression.replaceAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, '');
  const names = plain.matchAll(/\b(up|(?:charla|process|nodejs)_\w+)(?:\{([^}]*)\})?/g);
  const metrics = Array.from(names, ([, name, matchers = '']) => ({
    name: name!,
    matchers: Array.from(
      matchers.matchAll(/(\w+)\s*(?:=~|=|!=|!~)\s*"([^"]*)"/g),
      ([, label, values]) => ({
        label: label!,
        values: values!.split('|').filter((value) => !value.includes('$')),
      }),
    ),
  }));
  const groups = expression.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g);
  const grouped = Array.from(groups, ([, labels]) =>
    labels!.split(',').map((label) => label.trim()),
  );
  return { metrics, grouped: grouped.flat() };
}
