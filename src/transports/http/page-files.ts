import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { packageRoot } from '../../package.ts';
import { withoutComments } from './page-comments.ts';

/** A file of the page: `path` is its URL below the page, `name` its place in the folder `root`. */
export interface PageFile {
  readonly path: string;
  readonly root: string;
  readonly name: string;
}

/** What the import map of index.html says. */
type Imports = Readonly<Record<string, string>>;

/** The page's libraries, served from node_modules, since there is no build step. */
const libraries = {
  'vendor/preact/': 'preact',
  'vendor/preact-hooks/': 'preact/hooks',
  'vendor/htm/': 'htm',
  'vendor/signals-core/': '@preact/signals-core',
  'vendor/signals/': '@preact/signals',
  'vendor/idb/': 'idb',
  'vendor/linkify-it/': 'linkify-it',
  'vendor/uc.micro/': 'uc.micro',
  'vendor/marked/': 'marked',
  'vendor/uqr/': 'uqr',
};

const require = createRequire(import.meta.url);

/** The languages of the page that emojibase has names of emoji in, too. */
const emojiFolder = dirname(require.resolve('emojibase-data/package.json'));
const emojiLanguages = readdirSync(join(packageRoot, 'public/i18n'))
  .map((name) => name.replace(/\.js$/, ''))
  .filter((name) => existsSync(join(emojiFolder, name, 'compact.json')));

/** What the page needs of a package of 49 MB: the emoji with their names, and the English shortcodes. */
const emojiFiles: PageFile[] = [
  ...emojiLanguages.map((code) => ({ path: `${code}.json`, name: `${code}/compact.json` })),
  { path: 'shortcodes.json', name: 'en/shortcodes/github.json' },
].map(({ path, name }) => ({ path: `vendor/emojibase/${path}`, root: emojiFolder, name }));

const read = ({ root, name }: PageFile) => readFileSync(join(root, name));

/** A static import or re-export: where a line begins, or within a minified one. Not the `@import` of a comment. */
const STATIC_IMPORT = /(?:^|[;}])(?:import|export)\b(?:[^'"();]*?\bfrom)?\s*["']([^"']+)["']/gm;

/** The stylesheets of index.html, which stand together. */
const STYLE_LINKS = /(?:<link rel="stylesheet" href="[^"]+" \/>\s+)+/;

/** The module that every view needs. */
const PRELOAD = /<link rel="modulepreload" href="\.\/([^"]+)" \/>\n {4}/;
/** The modules of the first view, by whether somebody is signed in. */
const LISTS = /(<script type="application\/json" id="modules">)([\s\S]*?)(<\/script>)/;
const BOOT = '<script src="./boot.js"></script>';

/** Modules that may be loaded later, with what they import: the service worker keeps whatever index.html names. */
const LAZY = /^(?!vendor\/|worker\/|sw\.js|boot\.js).*\.js$/;

/** What each module imports itself: most are imported by many. */
const importsOfModules = new Map<string, string[]>();

/** All files of the page and its libraries, but for index.html, by their paths. */
export const pageFiles: ReadonlyMap<string, PageFile> = listFiles();

/** Stands for the content of all files: a URL with it always means the same content. */
export const pageVersion = hashFiles();

/** The stylesheets of index.html as one, in their order: a browser shows nothing before it has all of them. */
export const PAGE_STYLES = 'styles.css';
export const pageStyles = joinStyles();

/** Names a script of the page's own as the page loads it, beside the file that others may read or embed. */
export const WITHOUT_COMMENTS = 'without-comments/';

/** index.html, with URLs of this version, and with the modules that it needs: a browser fetches them all at once. */
export const pageHtml = buildHtml();

/** Reads a file as it is now, also index.html and what it loads instead of files: its stylesheets and own modules. */
export async function readPageFile(path: string): Promise<Buffer> {
  const file = pageFiles.get(path);
  if (file) return await readFile(join(file.root, file.name));
  if (path.startsWith(WITHOUT_COMMENTS))
    return Buffer.from(loadedSource(path.slice(WITHOUT_COMMENTS.length)));
  return Buffer.from(path === PAGE_STYLES ? pageStyles : pageHtml);
}

/** Whether a file is a script of the page itself: libraries keep their comments, which may be their licences. */
export const isOwnScript = (path: string): boolean => /^(?!vendor\/).*\.js$/.test(path);

/** Returns a script or stylesheet of the page's own as the page loads it. */
export function loadedSource(path: string): string {
  return withoutComments(read(pageFiles.get(path)!).toString());
}

function listFiles(): ReadonlyMap<string, PageFile> {
  const folders = [
    { prefix: '', root: join(packageRoot, 'public') },
    ...Object.entries(libraries).map(([prefix, name]) => ({
      prefix,
      root: dirname(require.resolve(name)),
    })),
  ];
  const files = folders.flatMap(({ prefix, root }) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^(?:tsconfig\.|index\.html$)/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
      .map((name) => ({ path: prefix + name.replaceAll('\\', '/'), root, name })),
  );
  return new Map([...files, ...emojiFiles].map((file) => [file.path, file]));
}

function hashFiles(): string {
  const hash = createHash('sha256');
  for (const file of pageFiles.values()) hash.update(`${file.path}\0`).update(read(file));
  return hash.digest('base64url').slice(0, 16);
}

function readIndex(): string {
  return readFileSync(join(packageRoot, 'public/index.html'), 'utf8');
}

function joinStyles(): string {
  const [links] = STYLE_LINKS.exec(readIndex())!;
  const paths = Array.from(links.matchAll(/href="\.\/([^"]+)"/g), ([, path]) => path!);
  return paths.map(loadedSource).join('\n');
}

function buildHtml(): string {
  const html = readIndex();
  const importMap = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)![1]!;
  const { imports } = JSON.parse(importMap) as { imports: Record<string, string> };
  const linkTo = (rel: string, path: string) => `<link rel="${rel}" href="./${path}" />\n    `;
  const first = modulesOf(PRELOAD.exec(html)![1]!, imports);
  const boot = loadedSource('boot.js');
  return html
    .replace(STYLE_LINKS, linkTo('stylesheet', PAGE_STYLES))
    .replace(PRELOAD, first.map((path) => linkTo('modulepreload', path)).join(''))
    .replace(LISTS, (_, start, json, end) => `${start}${listModules(json, first, imports)}${end}`)
    .replace(BOOT, () => `<script>\n${boot}</script>`)
    .replaceAll(/"\.\/([^"]+\.(?:css|m?js))"/g, `"./v/${pageVersion}/$1"`);
}

/** The lists of modules in index.html, each with all that its modules import, but for those that every view needs. */
function listModules(json: string, first: readonly string[], imports: Imports): string {
  const named = new Set(first);
  const lists = Object.entries(JSON.parse(json) as Record<string, string[]>).map(
    ([view, entries]) => {
      const modules = entries.flatMap((entry) => modulesOf(posix.normalize(entry), imports));
      const more = [...new Set(modules)].filter((path) => !first.includes(path));
      for (const path of more) named.add(path);
      return [view, more] as const;
    },
  );
  const own = [...pageFiles.keys()].filter((path) => LAZY.test(path));
  const lazy = new Set(
    own.flatMap((path) => modulesOf(path, imports)).filter((path) => !named.has(path)),
  );
  const urls = [...lists, ['lazy', [...lazy]] as const].map(([view, paths]) => [
    view,
    paths.map((path) => `./${path}`),
  ]);
  return JSON.stringify(Object.fromEntries(urls));
}

/** Lists a module and all that it imports statically, directly or not: what must be there before it runs. */
function modulesOf(entry: string, imports: Imports): string[] {
  const found = new Set([entry]);
  for (const path of found) for (const imported of importsOf(path, imports)) found.add(imported);
  return [...found];
}

function importsOf(path: string, imports: Imports): string[] {
  const known = importsOfModules.get(path);
  if (known) return known;
  const source = read(pageFiles.get(path)!).toString();
  const found = Array.from(source.matchAll(STATIC_IMPORT), ([, specifier]) => {
    const mapped = imports[specifier!];
    return mapped ? posix.normalize(mapped) : posix.join(posix.dirname(path), specifier!);
  });
  importsOfModules.set(path, found);
  return found;
}
