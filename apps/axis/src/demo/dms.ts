/** What REST v1 answers, as far as a document system reads it. */
export interface SentDocument {
  readonly id: string;
  /** `OrganId,yyyy/MM/dd,Number/Notation`. */
  readonly reference: string;
  readonly state: 'submitted' | 'verified' | 'routed' | 'rejected' | 'withdrawn';
  readonly rejection: { readonly code: string; readonly messages: { readonly vi: string } } | null;
  readonly signatures: readonly { readonly signer: string; readonly indication: string }[] | null;
  readonly files: readonly SentFile[];
}

export interface SentFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly href: string;
}

export interface InboxItem {
  readonly deliveryId: string;
  readonly agency: { readonly code: string };
  readonly document: { readonly id: string; readonly subject: string };
  readonly files: readonly SentFile[];
}

export interface Delivery {
  readonly id: string;
  readonly agency: { readonly code: string; readonly name: string };
  readonly requestedAs: readonly string[];
  readonly succession: readonly string[];
  readonly state: string;
  readonly stateName: string;
  /** Where the sender's wish to have it back stands. */
  readonly recall: string;
}

/** Another document that this one answers, updates or replaces, or that does so to it. */
export interface Link {
  readonly direction: 'names' | 'named_by';
  readonly kind: 'answers' | 'updates' | 'replaces';
  readonly reference: string;
  readonly document: { readonly id: string } | null;
}

export interface Status {
  readonly code: string;
}

export interface Receipt {
  readonly id: string;
  readonly deliveryId: string | null;
  readonly kind: string;
  readonly jws: string;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** An answer other than yes, with its stable code. */
export class DmsProblem extends Error {
  override readonly name = 'DmsProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** A document system that joins the axis through REST v1 alone, as a vendor's would. */
export class Dms {
  private constructor(
    private readonly axis: string,
    private readonly token: string,
  ) {}

  static async signIn(axis: string, clientId: string, secret: string): Promise<Dms> {
    const response = await fetch(`${axis}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await answered(response).then((ok) => ok.json())) as { access_token: string };
    return new Dms(axis, access_token);
  }

  /** Sends and waits until the signatures are checked. */
  async send(
    description: Readonly<Record<string, unknown>>,
    files: readonly { readonly name: string; readonly bytes: Buffer }[],
    headers: Readonly<Record<string, string>> = { prefer: 'wait=30' },
  ): Promise<SentDocument> {
    const form = new FormData();
    form.append('document', new Blob([JSON.stringify(description)], { type: 'application/json' }));
    for (const { name, bytes } of files) {
      form.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), name);
    }
    return this.json(await this.call('/v1/documents', { method: 'POST', headers, body: form }));
  }

  async document(id: string): Promise<SentDocument> {
    return this.json(await this.call(`/v1/documents/${id}`));
  }

  /** What waits for this system; when nothing does, waits `seconds` for something. */
  async inbox(seconds: number): Promise<readonly InboxItem[]> {
    const page: Page<InboxItem> = await this.json(await this.call(`/v1/inbox?wait=${seconds}`));
    return page.items;
  }

  async fetchFile({ href }: SentFile): Promise<Buffer> {
    return Buffer.from(await (await this.call(href)).arrayBuffer());
  }

  async acknowledge(deliveryId: string, sha256: string): Promise<void> {
    await this.post(`/v1/deliveries/${deliveryId}/acknowledgement`, { result: 'done', sha256 });
  }

  async report(deliveryId: string, status: { code: string; reason?: string; staff?: { name: string } }): Promise<void> {
    await this.post(`/v1/deliveries/${deliveryId}/statuses`, status);
  }

  deliveries(documentId: string): Promise<readonly Delivery[]> {
    return this.all(`/v1/documents/${documentId}/deliveries`);
  }

  async recall(documentId: string, reason: string): Promise<void> {
    await this.post(`/v1/documents/${documentId}/recall`, { reason });
  }

  async links(documentId: string): Promise<readonly Link[]> {
    const page: Page<Link> = await this.json(await this.call(`/v1/documents/${documentId}/links`));
    return page.items;
  }

  receipts(documentId: string): Promise<readonly Receipt[]> {
    return this.all(`/v1/documents/${documentId}/receipts`);
  }

  statuses(deliveryId: string): Promise<readonly Status[]> {
    return this.all(`/v1/deliveries/${deliveryId}/statuses`);
  }

  /** @throws DmsProblem when the answer is not yes. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${this.token}` };
    return answered(await fetch(this.axis + path, { ...init, headers }));
  }

  private async all<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<Item> = await this.json(await this.call(`${path}?limit=500${cursor && `&cursor=${cursor}`}`));
      items.push(...page.items);
      cursor = page.next;
    }
    return items;
  }

  private async post(path: string, body: unknown): Promise<void> {
    await this.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then((response) => response.arrayBuffer());
  }

  private json<T>(response: Response): Promise<T> {
    return response.json() as Promise<T>;
  }
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = (await response.json()) as { code?: string; detail?: string };
  throw new DmsProblem(response.status, problem.code ?? '', problem.detail ?? '');
}
