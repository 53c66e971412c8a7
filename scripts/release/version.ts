import { readFileSync } from 'node:fs';
import { Refusal } from './refusal.ts';

/* The files that carry the version, and their texts for another one. */

interface Carrier {
  readonly file: string;
  /** The versions that the file has of the package itself. */
  readonly versionsIn: (json: Json) => readonly unknown[];
}

interface Json {
  readonly version?: unknown;
  readonly info?: { readonly version?: unknown };
  readonly packages?: Readonly<Record<string, { readonly version?: unknown }>>;
}

const carriers: readonly Carrier[] = [
  { file: 'package.json', versionsIn: ({ version }) => [version] },
  {
    file: 'package-lock.json',
    versionsIn: ({ version, packages }) => [version, packages?.['']?.version],
  },
  { file: 'docs/openapi.json', versionsIn: ({ info }) => [info?.version] },
  { file: 'docs/asyncapi.json', versionsIn: ({ info }) => [info?.version] },
];

const CHANGELOG = 'CHANGELOG.md';
const UNRELEASED = /^## \[?Unreleased\]?$/m;

/** The version of the package in the current folder. */
export function currentVersion(): string {
  return String((JSON.parse(read('package.json')) as Json).version);
}

/** What the changelog says of a version; null where it has no part of it. */
export function changesOf(version: string): string | null {
  const parts = read(CHANGELOG).split(/^## /m);
  const part = parts.find((one) => /^\[?([^\]\s]+)/.exec(one)?.[1] === version);
  return part?.slice(part.indexOf('\n')).trim() ?? null;
}

/** The files that carry a version, as they are with another one. `date` is that of the release, as in 2026-11-28. */
export function filesOf(
  version: string,
  { from, date }: { from: string; date: string },
): ReadonlyMap<string, string> {
  const files = carriers.map(({ file, versionsIn }): [string, string] => {
    const before = read(file);
    const count = versionsIn({}).length;
    // The first ones are of the package itself: it is changed as text, to keep its format.
    const parts = before.split(`"version": "${from}"`);
    const changed = [parts.slice(0, count + 1).join(`"version": "${version}"`)];
    const text = [...changed, ...parts.slice(count + 1)].join(`"version": "${from}"`);
    if (versionsIn(JSON.parse(text) as Json).some((one) => one !== version)) {
      throw new Refusal(
        `${file} does not have the version ${from}: npm install, npm run documents`,
      );
    }
    return [file, text];
  });
  return new Map([...files, [CHANGELOG, changelogOf(version, date)]]);
}

function changelogOf(version: string, date: string): string {
  if (!changesOf('Unreleased')) {
    throw new Refusal(`${CHANGELOG} has nothing under "## Unreleased"; say there what has changed`);
  }
  return read(CHANGELOG).replace(UNRELEASED, (heading) => `${heading}\n\n## ${version} - ${date}`);
}

const read = (file: string): string => readFileSync(file, 'utf8');
