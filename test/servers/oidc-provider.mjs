// An OpenID provider that others wrote and certified, for Tokentray's tests.
//
// It reads one line of JSON from standard input (what it has to be: see OIDC in
// oidc.go), then commands, one JSON object a line, and writes one JSON object a
// line to standard output: {"event":"listening"}, one {"event":"token"} for
// each token request, one {"event":"done"} for each command. It ends when
// standard input does, so that it can't outlive the test that started it.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

// Fingerprints tell tokens apart without showing them; Fingerprint in oidc.go is the same.
const fingerprint = (secret) =>
  secret ? createHash('sha256').update(secret).digest('hex').slice(0, 16) : '';

function configuration({ clients, accessTTL, refreshTTL, codeTTL }) {
  return {
    clients,
    ttl: {
      AccessToken: accessTTL,
      ClientCredentials: accessTTL,
      IdToken: accessTTL,
      AuthorizationCode: codeTTL,
      DeviceCode: 600,
      Grant: refreshTTL,
      RefreshToken: refreshTTL,
      Interaction: 600,
      Session: 600,
    },
    rotateRefreshToken: true,
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Anyone may sign in; what they call themselves decides their claims.
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        email: sub.includes('@') ? sub : `${sub}@example.com`,
        email_verified: true,
        name: `Sample ${sub.split('@')[0]}`,
      }),
    }),
    cookies: { keys: ['canary-cookie-key'] },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      deviceFlow: { enabled: true },
    },
  };
}

const grants = new Map(); // grant ID → account ID, for those that were ever presented or made

// ledger says of every token request what was presented and what was answered.
async function ledger(ctx, next) {
  await next();
  if (ctx.method !== 'POST' || ctx.path !== '/token') return;
  const { params = {}, entities = {} } = ctx.oidc ?? {};
  const known = entities.AuthorizationCode ?? entities.RefreshToken ?? entities.DeviceCode;
  if (known?.grantId) grants.set(known.grantId, known.accountId);
  say({
    event: 'token',
    grant: params.grant_type ?? '',
    presented: fingerprint(params.refresh_token ?? params.code ?? params.device_code),
    given: fingerprint(ctx.body?.refresh_token),
    status: ctx.status,
    error: ctx.body?.error ?? '',
  });
}

// revoke takes back every grant of one account, as an administrator would.
async function revoke(provider, account) {
  const theirs = [...grants].filter(([, owner]) => owner === account).map(([id]) => id);
  for (const id of theirs) {
    for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode']) {
      await provider[model].revokeByGrantId(id);
    }
    await (await provider.Grant.find(id))?.destroy();
    grants.delete(id);
  }
  return theirs.length;
}

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const { value: first } = await lines.next();
const provider = new Provider(issuer, configuration(JSON.parse(first)));
provider.use(ledger);
for (const trouble of ['server_error', 'authorization.error', 'grant.error', 'userinfo.error']) {
  provider.on(trouble, (_ctx, error) => console.error(`${trouble}: ${error.stack}`, error.cause ?? ''));
}
server.on('request', provider.callback());
say({ event: 'listening', issuer });

for await (const line of lines) {
  const command = JSON.parse(line);
  say({ event: 'done', grants: await revoke(provider, command.revoke) });
}
process.exit(0);
