import { createApp } from './app.ts';
import { collectGarbage } from './collect-garbage.ts';
import { readConfig } from './config.ts';
import { createLogger } from './logger.ts';

/* The process: its environment, its signals, its exit. */

/** Runs the server of this process until a signal stops it. Where it cannot start, one line says why. */
export async function serve(): Promise<void> {
  // Files (messages, password hashes, the key) are readable by the server's own user only.
  process.umask(0o077);
  try {
    const config = readConfig(process.env);
    const logger = createLogger(config.logLevel);
    const app = await createApp({
      config,
      logger,
      onLost: (error) => {
        logger.fatal({ err: error }, 'the database thread has died; restart Charla');
        process.exit(1);
      },
    });
    let stopping = false;
    const stop = async (signal: string) => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping');
      setTimeout(() => {
        logger.error({ ms: config.shutdownMs }, 'not stopped within SHUTDOWN_MS; exiting');
        process.exit(1);
      }, config.shutdownMs).unref();
      await app.close();
      logger.info('stopped');
    };
    process.on('SIGTERM', (signal) => void stop(signal));
    process.on('SIGINT', (signal) => void stop(signal));
    await app.listen({ host: config.host, port: config.port }).catch(async (error: Error) => {
      await app.close();
      const where = `HOST=${config.host} PORT=${config.port}`;
      throw new Error(`Cannot listen on ${where}: ${error.message}`, { cause: error });
    });
    await collectGarbage();
  } catch (error) {
    console.error(error instanceof Error ? `Charla cannot start: ${error.message}` : error);
    process.exitCode = 1;
  }
}
