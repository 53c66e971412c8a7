import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { percentiles, type Percentiles } from './figures.ts';
import { isPinned } from './processes.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Whether server and client were each pinned to their own core. */
  readonly pinned: boolean;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Milliseconds to append 4 KiB to a file and fsync it. */
  readonly fsyncMs: Percentiles;
}

const FLUSHES = 500;

/** Describes the machine; `folder` is on the disk under test. */
export function describeMachine(folder: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    pinned: isPinned,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    fsyncMs: measureFsync(join(folder, 'fsync')),
  };
}

function measureFsync(path: string): Percentiles {
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let i = 0; i < FLUSHES; i += 1) {
    const start = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    times.push(performance.now() - start);
  }
  closeSync(file);
  rmSync(path);
  return percentiles(times);
}
