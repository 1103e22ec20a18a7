import type { Account, Answer, S3Request } from '../../scripts/aws/account';
import { SignedAccount } from '../../scripts/aws/account';
import { constructTemplates, MAX_TEMPLATE_BYTES } from '../../scripts/aws/constructs';
import type { Probe, Reply } from '../../scripts/aws/probe';
import { PROBES } from '../../scripts/aws/probes';
import { askAll, chosen, estimate, isClean } from '../../scripts/aws/run';
import { AXIOMS } from '../../src/assurance/engine/axioms';
import { closeConnections } from '../../src/runtime/object-views/aws/http';
import { S3Server } from '../support/s3-server';
import { CREDENTIALS, REGION } from '../support/signatures';

const OK: Answer = { status: 200, text: '', headers: {} };
const error = (status: number, code: string): Answer => ({
  status,
  code,
  text: `<Error><Code>${code}</Code></Error>`,
  headers: {},
});
const DENIED = error(403, 'AccessDenied');

type Played = (what: string, request: S3Request | undefined) => Answer | undefined;

/** An account that answers from a record: what is not in it goes well. It keeps what is there. */
class Recorded implements Account {
  public readonly id = '111122223333';
  public readonly region = 'eu-central-1';
  public readonly partition = 'aws';
  public readonly there = new Set<string>();

  constructor(private readonly played: Played) {}

  public async s3(request: S3Request): Promise<Answer> {
    const what =
      `${request.method} ` +
      `${Object.keys(request.query ?? {}).join('&') || (request.key === undefined ? 'bucket' : 'object')}`;
    const answer = this.played(what, request) ?? this.usual(what);
    if (answer.status < 300 && what === 'PUT bucket') this.there.add(request.bucket);
    if (answer.status < 300 && what === 'DELETE bucket') this.there.delete(request.bucket);
    return answer;
  }

  public async control(method: string, path: string): Promise<Answer> {
    const what = `${method} ${path.endsWith('/policy') ? 'access-point-policy' : 'access-point'}`;
    const answer = this.played(what, undefined) ?? OK;
    if (answer.status < 300 && what === 'PUT access-point') this.there.add(path);
    if (answer.status < 300 && what === 'DELETE access-point') this.there.delete(path);
    return answer;
  }

  public async query(
    service: string,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = this.played(`${service} ${action}`, undefined) ?? this.usual(`${service} ${action}`);
    if (answer.status < 300 && action === 'CreateStack') this.there.add(parameters.StackName);
    if (answer.status < 300 && action === 'UpdateStack') this.there.add(`${parameters.StackName} updated`);
    if (action === 'DeleteStack') {
      for (const each of [...this.there]) if (each.startsWith(parameters.StackName)) this.there.delete(each);
    }
    if (action === 'DescribeStacks' && answer === OK) {
      if (!this.there.has(parameters.StackName)) return error(400, 'ValidationError');
      return {
        ...OK,
        text: `<StackStatus>${this.there.has(`${parameters.StackName} updated`) ? 'UPDATE' : 'CREATE'}_COMPLETE</StackStatus>`,
      };
    }
    return answer;
  }

  public async sleep(): Promise<void> {
    // Nothing here takes time.
  }

  private usual(what: string): Answer {
    if (what === 'POST uploads') return { ...OK, text: '<UploadId>u1</UploadId>' };
    if (what === 'monitoring DescribeAlarmHistory') return { ...OK, text: 'Successfully executed action arn' };
    return OK;
  }
}

const only = (id: string) => chosen(PROBES, [id]);
const ask = async (id: string, played: Played = () => undefined) => {
  const account = new Recorded(played);
  const outcome = await askAll(only(id), account, { run: 'r' });
  return { account, outcome, result: outcome.results[0] };
};

/** For each question, the record of either answer. */
const BOTH: Readonly<Record<string, { readonly yes: Played; readonly no: Played }>> = {
  'multipart-part-carries-encryption': {
    yes: () => undefined,
    no: (what) => (what === 'PUT partNumber&uploadId' ? DENIED : undefined),
  },
  'key-header-from-default': { yes: () => undefined, no: (what) => (what === 'PUT object' ? DENIED : undefined) },
  'retention-days-from-default': { yes: () => undefined, no: (what) => (what === 'PUT object' ? DENIED : undefined) },
  'condition-must-fit-actions': {
    yes: (what) => (what === 'PUT policy' ? error(400, 'MalformedPolicy') : undefined),
    no: () => undefined,
  },
  'sse-c-blocked-by-default': { yes: (what) => (what === 'PUT object' ? DENIED : undefined), no: () => undefined },
  'access-point-not-resource': {
    yes: () => undefined,
    no: (what) => (what === 'PUT access-point-policy' ? error(400, 'MalformedPolicy') : undefined),
  },
  'alarm-publishes-with-statement': {
    yes: () => undefined,
    no: (what) =>
      what === 'monitoring DescribeAlarmHistory' ? { ...OK, text: 'Failed to execute action arn' } : undefined,
  },
  'alarm-publishes-without-statement': {
    yes: () => undefined,
    no: (what) =>
      what === 'monitoring DescribeAlarmHistory' ? { ...OK, text: 'Failed to execute action arn' } : undefined,
  },
  'update-leaves-settings-alone': {
    yes: () => undefined,
    no: (what) => (what === 'GET lifecycle' ? error(404, 'NoSuchLifecycleConfiguration') : undefined),
  },
  'via-service-beside-called-via': {
    yes: () => undefined,
    no: (what) =>
      what === 'cloudformation DescribeStackEvents'
        ? {
            ...OK,
            text:
              '<member><ResourceStatus>UPDATE_FAILED</ResourceStatus><ResourceStatusReason>Access Denied ' +
              '(403)</ResourceStatusReason></member>',
          }
        : undefined,
  },
};

describe.each(PROBES.map((probe) => [probe.id, probe] as const))('%s', (id, probe) => {
  const both = BOTH[id] ?? {
    yes: () => undefined,
    no: (what: string) =>
      what === 'cloudformation DescribeStacks'
        ? { ...OK, text: '<StackStatus>CREATE_FAILED</StackStatus>' }
        : undefined,
  };

  test.each<[Reply]>([['yes'], ['no']])(
    'hears "%s", compares it with what is assumed, and leaves nothing',
    async (reply) => {
      let updated = false;
      const played: Played = (what, request) => {
        if (what === 'cloudformation UpdateStack') updated = true;
        if (what === 'cloudformation DeleteStack') updated = false;
        // The update alone fails; before it the stack is there.
        if (
          id === 'via-service-beside-called-via' &&
          reply === 'no' &&
          what === 'cloudformation DescribeStacks' &&
          updated
        ) {
          return { ...OK, text: '<StackStatus>UPDATE_ROLLBACK_COMPLETE</StackStatus>' };
        }
        return both[reply](what, request);
      };
      // A stack that failed goes like any other.
      let deleted = false;
      const { account, outcome, result } = await ask(id, (what, request) => {
        if (what === 'cloudformation DeleteStack') deleted = true;
        return deleted && what === 'cloudformation DescribeStacks' ? undefined : played(what, request);
      });
      expect(result.answer).toBe(reply);
      expect(result.verdict).toBe(
        probe.assumed === 'either' ? 'settled' : probe.assumed === reply ? 'agrees' : 'differs',
      );
      expect(isClean(outcome)).toBe(result.verdict !== 'differs');
      if (result.verdict === 'differs') expect(result.detail).toBe(probe.otherwise);
      expect([...account.there]).toEqual([]);
      expect(outcome.left).toEqual([]);
    },
  );

  test('an answer that is neither is a failure and no answer, and what was made goes again', async () => {
    const { account, outcome, result } = await ask(id, (what) =>
      /^(PUT (policy|object|access-point-policy|lifecycle)|cloudformation (CreateStack|UpdateStack)|POST uploads)$/.test(
        what,
      )
        ? error(500, 'InternalError')
        : undefined,
    );
    expect([result.answer, result.verdict, isClean(outcome)]).toEqual(['failed', 'failed', false]);
    expect(result.detail).toMatch(/InternalError/);
    expect([...account.there]).toEqual([]);
  });

  test('names an axiom of the prover if any, a page, and what to do otherwise', () => {
    if (probe.axiom !== undefined) expect(AXIOMS[probe.axiom]).toBeDefined();
    expect(probe.page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    expect(probe.question).toMatch(/\?$/);
    if (probe.assumed !== 'either') expect(probe.otherwise).toMatch(/\.$/);
    expect(probe.seconds).toBeGreaterThan(0);
  });
});

test('ids are there once, and of each question there are both records', () => {
  expect(new Set(PROBES.map(({ id }) => id)).size).toBe(PROBES.length);
  expect(
    PROBES.filter(({ id }) => !id.startsWith('construct-accepted-'))
      .map(({ id }) => id)
      .sort(),
  ).toEqual(Object.keys(BOTH).sort());
});

test('what cannot be removed is named, and the run is not clean', async () => {
  const { outcome } = await ask('key-header-from-default', (what) =>
    what === 'DELETE bucket' ? error(409, 'BucketNotEmpty') : undefined,
  );
  expect(outcome.left).toEqual([expect.stringMatching(/^bucket strongbox-probe-r0-1 \(409 BucketNotEmpty\)$/)]);
  expect(isClean(outcome)).toBe(false);
});

test('locked versions go by bypass, and unfinished uploads are aborted', async () => {
  const gone: S3Request[] = [];
  await ask('retention-days-from-default', (what, request) => {
    if (request?.method === 'DELETE') gone.push(request);
    if (what === 'GET versions') {
      return {
        ...OK,
        text: '<Version><Key>probe.txt</Key><VersionId>v1</VersionId></Version><DeleteMarker><Key>probe.txt</Key><VersionId>v2</VersionId></DeleteMarker>',
      };
    }
    return what === 'GET uploads'
      ? { ...OK, text: '<Upload><Key>parts.txt</Key><UploadId>u1</UploadId></Upload>' }
      : undefined;
  });
  expect(
    gone.map(({ query, headers }) => [
      query?.versionId ?? query?.uploadId ?? '',
      headers?.['x-amz-bypass-governance-retention'],
    ]),
  ).toEqual([
    ['', undefined],
    ['v1', 'true'],
    ['v2', 'true'],
    ['u1', undefined],
    ['', undefined],
  ]);
});

test('an abort ends the run before the next probe, with what was made removed', async () => {
  const stop = new AbortController();
  const account = new Recorded((what) => {
    if (what === 'PUT object') stop.abort();
    return undefined;
  });
  const { results } = await askAll(PROBES.slice(1, 4), account, { run: 'r', signal: stop.signal });
  expect([results.length, [...account.there]]).toEqual([1, []]);
});

test('cost and time are told, and an id that is none is refused', () => {
  expect(estimate(PROBES)).toMatch(/^\d+ probes, about \d+ minutes and at most \$\d\.\d\d/);
  expect(chosen(PROBES, undefined)).toBe(PROBES);
  expect(() => chosen(PROBES, ['nope'])).toThrow(/"--only" must be the id of a probe \(got "nope"\)\. Ids: multipart/);
});

test('templates of constructs fit into a request, need no assets and go again', () => {
  for (const [construct, template] of constructTemplates()) {
    const text = JSON.stringify(template);
    expect([construct, text.length < MAX_TEMPLATE_BYTES]).toEqual([construct, true]);
    expect(text).not.toMatch(/AssetParameters|cdk-hnb659fds|"Retain"/);
  }
});

describe('against a local server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(async () => {
    await server.stop();
    closeConnections();
  });
  const account = () =>
    new SignedAccount({ region: REGION, endpoint: server.endpoint, credentials: async () => CREDENTIALS });

  test('requests are signed as S3 takes them, and an object comes back', async () => {
    const put = await account().s3({ method: 'PUT', bucket: 'probes', key: 'a b/ü.txt', body: 'probe' });
    expect([put.status, put.code]).toEqual([200, undefined]);
    expect(await account().s3({ method: 'GET', bucket: 'probes', key: 'a b/ü.txt' })).toMatchObject({
      status: 200,
      text: 'probe',
    });
    expect(await account().s3({ method: 'GET', bucket: 'probes', key: 'none.txt' })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
  });

  test('credentials of no account are refused with the way out', async () => {
    await expect(account().identify()).rejects.toThrow(/must be those of a sandbox account.*Sign in to the profile/);
  });

  test('the account is told by STS', async () => {
    server.also = async (_, res, { pathname }) => {
      if (pathname !== '/') return false;
      res.end('<GetCallerIdentityResponse><Account>111122223333</Account></GetCallerIdentityResponse>');
      return true;
    };
    const known = account();
    await known.identify();
    expect(known.id).toBe('111122223333');
  });
});

test('a probe that throws something else is a failure of that probe alone', async () => {
  const broken: Probe = { ...PROBES[0], id: 'broken', ask: () => Promise.reject(new Error('no network')) };
  const { results } = await askAll([broken, ...only('key-header-from-default')], new Recorded(() => undefined), {
    run: 'r',
  });
  expect(results.map(({ verdict, detail }) => [verdict, detail?.slice(0, 10)])).toEqual([
    ['failed', 'no network'],
    ['settled', 'The readin'],
  ]);
});
