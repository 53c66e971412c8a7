import { spawn } from 'node:child_process';

/*
 * Runs scripts of package.json at once, since the slowest of them keeps one core busy and leaves the others idle:
 * `node scripts/run-at-once.ts lint typecheck`. Prints what each has said once it ends, and ends with 1 if one fails.
 */

const run = (script: string) =>
  new Promise<boolean>((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('close', (code) => {
      console.log(`npm run ${script} ${code === 0 ? 'passes' : 'fails'}\n${said}`.trimEnd());
      resolve(code === 0);
    });
  });

const passed = await Promise.all(process.argv.slice(2).map(run));
if (passed.includes(false)) process.exit(1);
