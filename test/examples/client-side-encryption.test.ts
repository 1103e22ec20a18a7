import { CommitmentPolicy, buildClient } from '@aws-crypto/client-node';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { download, upload } from '../../examples/client-side-encryption/client';
import { newKey, ownKeyring } from '../../examples/client-side-encryption/self-managed';
import { PayslipStack } from '../../examples/client-side-encryption/stacks';
import { Guarantee, Proof } from '../../src';
import { nag } from '../support/nag';

const build = (app: App) => new PayslipStack(app, 'Payslips');

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

describe('is proved', () => {
  const stack = build(new App({ treeMetadata: false }));
  const proof = Proof.ofStack(stack);
  const subject = 'Payslips/Bucket/Resource';

  test('to hold what it promises of its key', () => {
    expect(stack.guarantees.map(({ id }) => id)).toEqual([
      'client-key-used-only-by',
      'client-key-context-bound',
      'client-key-not-through-services',
      'client-key-managed-only-by',
      'client-key-works',
      'client-key-kept',
    ]);
    for (const guarantee of stack.guarantees) expect(proof.holds(guarantee)).toHaveLength(1);
  });

  test('to let its bucket be read and written by the two jobs alone', () => {
    const bucket = Object.entries(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'))
      .map(([, { Properties }]) => JSON.stringify(Properties.PolicyDocument))
      .join();
    expect(bucket).toContain('PayrollJob');
    proof.holds(
      Guarantee.allowed({ actions: ['s3:PutObject'], principals: ['Payslips/PayrollJob'], prefixes: ['payslips/'] }),
      { subject },
    );
    proof.holds(
      Guarantee.allowed({ actions: ['s3:GetObject'], principals: ['Payslips/AuditJob'], prefixes: ['payslips/'] }),
      { subject },
    );
    expect(() =>
      proof.holds(Guarantee.allowed({ actions: ['s3:PutObject'], principals: ['Payslips/AuditJob'] }), { subject }),
    ).toThrow('allowed');
  });
});

describe('the clients', () => {
  /** A bucket in memory. */
  function memory(): { s3: S3Client; objects: Map<string, Uint8Array> } {
    const objects = new Map<string, Uint8Array>();
    const send = async (command: PutObjectCommand | GetObjectCommand) => {
      const { Key } = command.input;
      if (command instanceof PutObjectCommand) objects.set(Key!, command.input.Body as Uint8Array);
      return { Body: { transformToByteArray: async () => objects.get(Key!)! } };
    };
    return { s3: { send } as unknown as S3Client, objects };
  }
  const place = { Bucket: 'payslips', Key: 'ada' };
  const context = { purpose: 'payroll' };
  const payslip = Buffer.from('net salary 4,711.00');

  test('store what only the key reads, and give it back', async () => {
    const { s3, objects } = memory();
    const keyring = ownKeyring('2026', newKey());
    await upload(s3, keyring, context, place, payslip);
    expect(Buffer.from(objects.get('ada')!).includes('salary')).toBe(false);
    expect(Buffer.from(await download(s3, keyring, context, place))).toEqual(payslip);
    await expect(download(s3, ownKeyring('2026', newKey()), context, place)).rejects.toThrow();
  });

  test('take no object that was made for another place or purpose', async () => {
    const { s3, objects } = memory();
    const keyring = ownKeyring('2026', newKey());
    await upload(s3, keyring, context, place, payslip);
    objects.set('eve', objects.get('ada')!);
    await expect(download(s3, keyring, context, { ...place, Key: 'eve' })).rejects.toThrow(
      'eve was encrypted for object = payslips/ada, and not for payslips/eve',
    );
    await expect(download(s3, keyring, { purpose: 'marketing' }, place)).rejects.toThrow(
      'ada was encrypted for purpose = payroll, and not for marketing',
    );
  });

  test('take no message whose data key is not committed to', async () => {
    const { s3, objects } = memory();
    const keyring = ownKeyring('2026', newKey());
    const { result } = await buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT).encrypt(keyring, payslip, {
      encryptionContext: { ...context, object: 'payslips/ada' },
    });
    objects.set('ada', result);
    await expect(download(s3, keyring, context, place)).rejects.toThrow(/commitment/i);
  });
});
