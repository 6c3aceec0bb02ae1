import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { refusal } from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import { SystemStore } from '@axis/storage';
import OAuth2Server, { type ClientCredentialsModel, Request, Response } from '@node-oauth/oauth2-server';

/** OAuth 2.0 client credentials (RFC 6749 §4.4): a system's id and secret for a bearer token that lasts an hour. */
@Injectable()
export class Tokens {
  private readonly server: OAuth2Server;

  constructor(systems: SystemStore, @Inject(CONFIG) config: Config) {
    this.server = new OAuth2Server({
      model: new SystemModel(systems),
      accessTokenLifetime: config.accessTokenSeconds,
    });
  }

  /**
   * @param body the form of RFC 6749 §4.4.2
   * @returns the answer's status, headers and body as RFC 6749 §5 has them.
   */
  async issue(
    headers: Record<string, string>,
    body: unknown,
  ): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
    const response = new Response({ headers: {} });
    try {
      await this.server.token(new Request({ method: 'POST', headers, query: {}, body }), response);
    } catch (error) {
      if (!(error instanceof OAuth2Server.OAuthError) || error.code >= 500) throw error;
      if (error.name === 'invalid_client') throw refusal('client.invalid');
      return { status: error.code, headers: {}, body: { error: error.name, error_description: error.message } };
    }
    return { status: response.status ?? 200, headers: response.headers ?? {}, body: response.body };
  }
}

class SystemModel implements ClientCredentialsModel {
  constructor(private readonly systems: SystemStore) {}

  async getClient(clientId: string, clientSecret: string): Promise<OAuth2Server.Client | false> {
    const system = await this.systems.authenticate(clientId, clientSecret);
    return system ? { id: system.id, grants: ['client_credentials'] } : false;
  }

  getUserFromClient(client: OAuth2Server.Client): Promise<OAuth2Server.User> {
    return Promise.resolve({ systemId: client.id });
  }

  generateAccessToken(): Promise<string> {
    return Promise.resolve(randomBytes(32).toString('base64url'));
  }

  async saveToken(
    token: OAuth2Server.Token,
    client: OAuth2Server.Client,
    user: OAuth2Server.User,
  ): Promise<OAuth2Server.Token> {
    if (!token.accessTokenExpiresAt) throw new Error('A token without an end is not issued.');
    await this.systems.saveToken(token.accessToken, client.id, token.accessTokenExpiresAt);
    return { ...token, client, user };
  }

  /** Bearer tokens are checked by the access guard, which also reads the system's agencies. */
  getAccessToken(): Promise<false> {
    return Promise.resolve(false);
  }
}
