import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RabbitMqPorts {
  readonly amqp: number;
  /** Of the HTTP API of its management plugin, by which users are made. */
  readonly management: number;
  /** Erlang's own: between its nodes, and of the daemon that tells their ports (epmd). */
  readonly distribution: number;
  readonly epmd: number;
}

export const USER = 'axis';

/** Where a broker listens. */
export interface Listeners {
  /** `[address:]port` */
  readonly amqp: string;
  readonly management: { readonly ip: string; readonly port: number };
}

/** rabbitmq.conf in the form every release from 3.8 to 4.x reads. */
export function configurationFile({ amqp, management }: Listeners, password: string): string {
  return [
    `listeners.tcp.1 = ${amqp}`,
    `management.tcp.ip = ${management.ip}`,
    `management.tcp.port = ${management.port}`,
    // Users and queues are made through it, nothing is watched: gathering figures would cost something all the time.
    'management_agent.disable_metrics_collector = true',
    // Made when the broker starts on an empty folder.
    `default_user = ${USER}`,
    `default_pass = ${password}`,
    'vm_memory_high_watermark.relative = 0.3',
    'disk_free_limit.absolute = 200MB',
    // Quorum queues keep this much of their log in memory, and read it all again at the start.
    'raft.wal_max_size_bytes = 67108864',
    'log.console = false',
    'log.file = rabbitmq.log',
    'log.file.level = info',
    'log.file.rotation.size = 10485760',
    'log.file.rotation.count = 3',
    'log.connection.level = warning',
    '',
  ].join('\n');
}

export async function writeConfiguration(dir: string, listeners: Listeners, password: string): Promise<void> {
  await writeFile(join(dir, 'rabbitmq.conf'), configurationFile(listeners, password), { mode: 0o600 });
}

/** Everything RabbitMQ would look for in /etc, /var and the person's home, in `dir` instead. */
export function brokerEnvironment(dir: string, ports: RabbitMqPorts): NodeJS.ProcessEnv {
  return {
    ...erlangEnvironment(dir, ports),
    RABBITMQ_NODENAME: 'axis@localhost',
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: join(dir, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(dir, 'data'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_PID_FILE: join(dir, 'rabbitmq.pid'),
    ERL_CRASH_DUMP: join(dir, 'log/erl_crash.dump'),
    // Started in its own folder: its scripts do not quote that path, and ours may hold spaces.
    RABBITMQ_SCRIPTS_DIR: '.',
    // The script becomes the Erlang machine instead of watching over it, so that signals reach the broker itself.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
      '-kernel inet_dist_use_interface {127,0,0,1}',
      // File names are bytes: the management plugin of RabbitMQ 3 cannot write those with letters beyond Latin-1, as a folder
      // with a Vietnamese name has.
      '+fnl',
      // Once it is up: the plugin's gathering of figures, of which there are none, would hold up the stop for five seconds (it
      // asks who is waiting for it).
      '-eval catch(gen_event:delete_handler(rabbit_event,rabbit_mgmt_db_handler,[])).',
    ].join(' '),
  };
}

export function erlangEnvironment(dir: string, ports: RabbitMqPorts): NodeJS.ProcessEnv {
  return {
    // Erlang keeps its cookie, the secret between nodes, in HOME.
    HOME: join(dir, 'home'),
    LC_ALL: 'C.UTF-8',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}
