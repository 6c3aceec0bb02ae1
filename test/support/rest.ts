/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

/** A file part of a submission. */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
  readonly type?: string;
}

type HeaderFields = Readonly<Record<string, string>>;

/** Bare requests to REST v1, whatever comes back. */
export class Rest {
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  static async signIn(url: string, clientId: string, secret: string): Promise<Rest> {
    const { body } = await askToken(url, clientId, secret);
    return new Rest(url, (body as { access_token: string }).access_token);
  }

  get(path: string, headers: HeaderFields = {}, signal?: AbortSignal): Promise<Answer> {
    return this.ask(path, { headers, ...(signal && { signal }) });
  }

  /** @param body JSON: a string is sent as it is */
  post(path: string, body: unknown, headers: HeaderFields = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
  }

  /** Sends a document. @param description JSON: a string is sent as it is */
  submit(description: unknown, files: readonly Part[], headers: HeaderFields = {}): Promise<Answer> {
    const form = new FormData();
    const text = typeof description === 'string' ? description : JSON.stringify(description);
    form.append('document', new Blob([text], { type: 'application/json' }));
    for (const { name, bytes, type = 'application/pdf' } of files) {
      form.append('file', new Blob([new Uint8Array(bytes)], { type }), name);
    }
    return this.ask('/v1/documents', { method: 'POST', headers, body: form });
  }

  async ask(path: string, init: RequestInit): Promise<Answer> {
    const access = this.token === undefined ? undefined : { authorization: `Bearer ${this.token}` };
    return answerOf(
      await fetch(this.url + path, { ...init, headers: { ...access, ...(init.headers as HeaderFields) } }),
    );
  }
}

/** OAuth 2.0 client credentials. */
export async function askToken(
  url: string,
  clientId: string,
  secret: string,
  headers: HeaderFields = {},
): Promise<Answer> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`, ...headers },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return answerOf(response);
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}
