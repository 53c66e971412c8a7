import { describe, expect, it } from 'vitest';
import {
  documentedMetrics,
  namesIn,
  readAlerts,
  readDashboard,
  readPanels,
} from './support/watching.ts';

/* tests/http/metrics.test.ts compares the documents with what a server exports. */

describe('docs/grafana.json', () => {
  it('shows every metric that docs/metrics.md lists', () => {
    const named = readDashboard().flatMap((expression) => namesIn(expression).metrics);
    const shown = new Set(named.map(({ name }) => name.replace(/_(?:bucket|sum|count)$/, '')));
    const listed = documentedMetrics().map(({ name }) => name);
    expect(listed.length).toBeGreaterThan(20);
    expect(listed.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('has rows for traffic, latency, store, limits and node', () => {
    const rows = readPanels().filter(({ type }) => type === 'row');
    expect(rows.map(({ title }) => title)).toEqual([
      'Traffic',
      'Latency',
      'Store',
      'Limits',
      'Node',
    ]);
  });

  it('says what each panel shows, and no two panels overlap or share an id', () => {
    const panels = readPanels();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = new Set<string>();
    for (const { type, title, description = '', gridPos, targets = [] } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, cells.has(`${x} ${y}`), x < 24]).toEqual([title, false, true]);
          cells.add(`${x} ${y}`);
        }
      }
      if (type === 'row') continue;
      expect([title, description.length > 10]).toEqual([title, true]);
      const refs = targets.map(({ refId }) => refId);
      expect([title, refs.length > 0, new Set(refs).size]).toEqual([title, true, refs.length]);
    }
  });
});

describe('docs/alerts.yml', () => {
  it('says of each alert how bad it is, what has happened and what to do', () => {
    const alerts = readAlerts();
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, labels]).toEqual([
        alert,
        { severity: expect.stringMatching(/^(page|ticket)$/) },
      ]);
      expect([alert, annotations.summary.length > 20]).toEqual([alert, true]);
      expect([alert, annotations.description]).toEqual([
        alert,
        expect.stringMatching(/^[A-Z].{60,}\.$/s),
      ]);
    }
  });
});
