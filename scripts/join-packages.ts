import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * The last step of `npm run build`: joins the modules of these packages into a few files each, below
 * dist/node_modules, where the compiled server finds them before those of node_modules. Node resolves, reads and
 * compiles each module by itself, and these two have 940: a start spent a third of its CPU and 30 MB on them, and the
 * thread that writes spent half of its own. A path that is missing here makes the compiled server fail at its start.
 */
const PACKAGES = {
  kysely: ['kysely', 'kysely/migration'],
  typebox: ['typebox', 'typebox/compile'],
};

const root = fileURLToPath(new URL('../', import.meta.url));

for (const [name, paths] of Object.entries(PACKAGES)) {
  const from = join(root, 'node_modules', name);
  const to = join(root, 'dist/node_modules', name);
  const input = Object.fromEntries(paths.map((path) => [basename(path), path]));
  const bundle = await rolldown({ cwd: root, platform: 'node', input });
  await bundle.write({ dir: to, format: 'esm', entryFileNames: '[name].js' });
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
}
