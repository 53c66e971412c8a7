import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * Joins the modules of these packages into a few files each. Node resolves, reads and compiles each module by itself,
 * and these two have 940: a start spent a third of its CPU and 30 MB on them, and the thread that writes spent half of
 * its own. A path that is missing here makes the compiled server fail at its start.
 */
const PACKAGES = {
  kysely: ['kysely', 'kysely/migration'],
  typebox: ['typebox', 'typebox/compile'],
};

const root = fileURLToPath(new URL('../', import.meta.url));

/** Writes the joined packages to a folder, and returns the URL of each path that may be imported. */
export async function joinPackages(folder: string): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const [name, paths] of Object.entries(PACKAGES)) {
    const from = join(root, 'node_modules', name);
    const to = join(root, folder, name);
    const input = Object.fromEntries(paths.map((path) => [basename(path), path]));
    const bundle = await rolldown({ cwd: root, platform: 'node', input });
    // V8 keeps the text of what it loads, and two bytes a letter where a comment has an arrow or a dash.
    await bundle.write({ dir: to, format: 'esm', entryFileNames: '[name].js', comments: false });
    await bundle.close();
    const { version, license } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as {
      version: string;
      license: string;
    };
    const exports = Object.fromEntries(
      paths.map((path) => [path.replace(name, '.'), `./${basename(path)}.js`]),
    );
    const manifest = { name, version, license, type: 'module', exports };
    writeFileSync(join(to, 'package.json'), JSON.stringify(manifest, null, 2));
    // Copies of the code have to carry its licence.
    for (const file of globSync('{LICENSE,license}*', { cwd: from }))
      cpSync(join(from, file), join(to, file));
    for (const path of paths) urls[path] = pathToFileURL(join(to, `${basename(path)}.js`)).href;
  }
  return urls;
}

// The last step of `npm run build`: the compiled server finds these before those of the root's node_modules.
if (process.argv[1] === fileURLToPath(import.meta.url)) await joinPackages('dist/node_modules');
