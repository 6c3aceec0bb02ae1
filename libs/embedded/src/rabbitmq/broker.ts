import type { ServerProcess } from '../process/server-process';

/** A RabbitMQ that was started, perhaps not ready yet. */
export interface Broker {
  readonly server: ServerProcess;
  stop(): Promise<void>;
  kill(): Promise<void>;
}
