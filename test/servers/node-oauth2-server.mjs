// The OAuth 2.0 server that Node programs are built with, for Tokentray's tests. It
// speaks with the test as oidc-provider.mjs does. Its parsing, PKCE, rotation and
// errors are its own; what it keeps, it keeps in the maps below. The person is
// always signed in and says yes.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import OAuth2Server from '@node-oauth/oauth2-server';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const fingerprint = (secret) =>
  secret ? createHash('sha256').update(secret).digest('hex').slice(0, 16) : '';

// model is how the server asks for what it doesn't keep itself.
function model(clients) {
  const codes = new Map();
  const tokens = new Map(); // by refresh token
  return {
    generateRefreshToken: () => randomBytes(32).toString('hex'),
    getClient: (id, secret) => clients.find((c) => c.id === id && (secret === null || c.secret === secret)),
    saveAuthorizationCode(code, client, user) {
      codes.set(code.authorizationCode, { ...code, client, user });
      return codes.get(code.authorizationCode);
    },
    getAuthorizationCode: (code) => codes.get(code),
    revokeAuthorizationCode: (code) => codes.delete(code.authorizationCode),
    saveToken(token, client, user) {
      const kept = { ...token, client, user };
      if (token.refreshToken) tokens.set(token.refreshToken, kept);
      return kept;
    },
    getRefreshToken: (token) => tokens.get(token),
    revokeToken: (token) => tokens.delete(token.refreshToken),
    getUserFromClient: (client) => ({ id: client.id }),
    validateScope: (_user, _client, scope) => scope ?? [],
    revokeAll() {
      const n = tokens.size;
      tokens.clear();
      return n;
    },
  };
}

const read = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return Object.fromEntries(new URLSearchParams(text));
};

const { value: first } = await lines.next();
const { clients, accessTTL, refreshTTL } = JSON.parse(first);
const kept = model(clients);
const oauth = new OAuth2Server({
  model: kept,
  accessTokenLifetime: accessTTL,
  refreshTokenLifetime: refreshTTL,
  authenticateHandler: { handle: () => ({ id: 'you@example.com' }) },
});

const server = createServer(async (incoming, outgoing) => {
  const { pathname, searchParams } = new URL(incoming.url, 'http://127.0.0.1');
  const request = new OAuth2Server.Request({
    method: incoming.method,
    headers: incoming.headers,
    query: Object.fromEntries(searchParams),
    body: await read(incoming),
  });
  const response = new OAuth2Server.Response({});
  try {
    await (pathname === '/token' ? oauth.token(request, response) : oauth.authorize(request, response));
  } catch (error) {
    if (response.status === 200) response.status = error.code ?? 500; // it has said nothing yet
  }
  if (pathname === '/token') {
    say({
      event: 'token',
      grant: request.body.grant_type ?? '',
      presented: fingerprint(request.body.refresh_token ?? request.body.code),
      given: fingerprint(response.body?.refresh_token),
      status: response.status,
      error: response.body?.error ?? '',
    });
  }
  outgoing.writeHead(response.status, { ...response.headers, 'content-type': 'application/json' });
  outgoing.end(JSON.stringify(response.body ?? {}));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
say({ event: 'listening', issuer: `http://127.0.0.1:${server.address().port}` });

for await (const _line of lines) say({ event: 'done', grants: kept.revokeAll() });
process.exit(0);
