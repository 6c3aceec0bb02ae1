/** A broker takes these in a few ms; one that does not is not waited for. */
const ANSWER_WITHIN_MS = 5_000;

/** The management API was not reached, or refused what it was asked. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError';
}

/** RabbitMQ's HTTP API (`rabbitmq_management`): what AMQP has no words for, as users and what they may do. */
export class ManagementApi {
  private readonly origin: string;
  private readonly authorization: string;

  /** @param address `http(s)://user:password@host:port[/prefix]` */
  constructor(address: URL) {
    const { origin, pathname, username, password } = address;
    this.origin = `${origin}${pathname.replace(/\/$/, '')}/api`;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  async has(...path: readonly string[]): Promise<boolean> {
    return (await this.ask('GET', path)) !== 404;
  }

  /** Makes what the path names, or makes it so. */
  async put(path: readonly string[], body: object): Promise<void> {
    const status = await this.ask('PUT', path, body);
    if (status === 404) throw new ManagementError(`${path.join('/')} is unknown to the broker`);
  }

  /** Whether it was there or not, afterwards it is not. */
  async remove(...path: readonly string[]): Promise<void> {
    await this.ask('DELETE', path);
  }

  /** @returns the status, 2xx or 404 */
  private async ask(method: string, path: readonly string[], body?: object): Promise<number> {
    const url = [this.origin, ...path.map(encodeURIComponent)].join('/');
    const response = await fetch(url, {
      method,
      headers: { authorization: this.authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new ManagementError(`${this.origin} does not answer`, { cause: error });
    });
    const text = await response.text();
    if (response.ok || response.status === 404) return response.status;
    throw new ManagementError(`${method} ${url} was answered ${response.status}: ${text.slice(0, 500)}`);
  }
}
