/** Every small mistake that somebody could make in a template, one at a time. */

export interface Mutant {
  /** What was broken, e.g. `Docs/Policy statement 0: drop "/*" of resource 1`. */
  readonly name: string;
  /** The mutator that made it, for the statistics. */
  readonly kind: string;
  /** Logical id of the resource that was changed. */
  readonly logicalId: string;
  /** Equal for mutants that break the same thing in the same way, whatever the resources are called. */
  readonly likeness: string;
  readonly template: any;
}

/** A change of a copy of the template; `at` yields what to change, already inside the copy. */
interface Change {
  readonly kind: string;
  readonly what: string;
  /** @param resource of the copy that the change is made in */
  readonly apply: (resource: any, template: any) => void;
}

/** All mutants of a template, in a fixed order, each different from the original and from each other. */
export function mutantsOf(template: any): Mutant[] {
  const seen = new Set([JSON.stringify(template)]);
  const mutants: Mutant[] = [];
  const ids = Object.keys(template.Resources).sort((a, b) => b.length - a.length);
  const unnamed = (text: string) =>
    ids.reduce((known, id) => known.replaceAll(`"${id}"`, `"<${template.Resources[id].Type}>"`), text);
  for (const [logicalId, resource] of Object.entries<any>(template.Resources)) {
    for (const { kind, what, apply } of changesOf(resource, logicalId, template)) {
      const copy = structuredClone(template);
      apply(copy.Resources[logicalId], copy);
      const text = JSON.stringify(copy);
      if (seen.has(text)) continue;
      seen.add(text);
      const likeness = unnamed(JSON.stringify(differences(resource, copy.Resources[logicalId])));
      mutants.push({ kind, logicalId, name: `${logicalId}: ${what}`, likeness, template: copy });
    }
  }
  return mutants;
}

/** Where the policies are, by type. */
const POLICY: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::BucketPolicy': ['PolicyDocument'],
  'AWS::S3::AccessPoint': ['Policy'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument'],
  'AWS::S3ObjectLambda::AccessPointPolicy': ['PolicyDocument'],
  'Custom::StrongboxGlacierVault': ['accessPolicy', 'lock.policy'],
};

/** The statements that are other ones now; and the resource without its policies, where that is another one. */
function differences(before: any, after: any): unknown {
  const [was, is] = [before, after].map((resource) =>
    pathsOf(resource).flatMap((path) => statementsAt(resource, path).map((statement) => JSON.stringify(statement))),
  );
  const [rest, now] = [before, after].map((resource) => resource && withoutPolicies(resource));
  return [
    before.Type,
    was.filter((statement) => !is.includes(statement)).map((text) => JSON.parse(text)),
    is.filter((statement) => !was.includes(statement)).map((text) => JSON.parse(text)),
    ...(JSON.stringify(rest) === JSON.stringify(now) ? [] : [rest, now]),
  ];
}

const pathsOf = (resource: any): readonly string[] => POLICY[resource?.Type] ?? [];

function statementsAt(resource: any, path: string): any[] {
  const statements = read(resource.Properties, path.split('.'))?.Statement;
  return Array.isArray(statements) ? statements : [];
}

function withoutPolicies(resource: any): any {
  const copy = structuredClone(resource);
  for (const steps of pathsOf(resource).map((path) => path.split('.'))) {
    delete parentOf(copy.Properties, steps)?.[steps[steps.length - 1]];
  }
  return copy;
}

function changesOf(resource: any, logicalId: string, template: any): Change[] {
  const changes = [...settings(resource), ...retention(resource), ...alarms(resource)];
  changes.push(...pathsOf(resource).flatMap((path) => policies(statementsAt(resource, path), path)));
  // Only what nothing refers to can be left out without the template falling apart.
  const referred = JSON.stringify({
    ...template.Resources,
    [logicalId]: undefined,
    Outputs: template.Outputs,
  }).includes(`"${logicalId}"`);
  if (SECURITY_TYPES.has(resource.Type) && !referred) {
    changes.push({
      kind: 'remove-resource',
      what: 'remove the resource',
      apply: (_, copy) => {
        delete copy.Resources[logicalId];
      },
    });
  }
  return changes;
}

const SECURITY_TYPES = new Set([
  'AWS::S3::BucketPolicy',
  'AWS::S3::AccessPointPolicy',
  'AWS::S3ObjectLambda::AccessPointPolicy',
]);

// ---- settings
// ---------------------------------------------------------------------------------------------------------

/** Security settings by type: a path, and the weaker values that it may be given; it may always be left out. */
const SETTINGS: Readonly<Record<string, ReadonlyArray<readonly [path: string, ...weaker: any[]]>>> = {
  'AWS::S3::Bucket': [
    ['PublicAccessBlockConfiguration'],
    ['PublicAccessBlockConfiguration.BlockPublicAcls', false],
    ['PublicAccessBlockConfiguration.BlockPublicPolicy', false],
    ['PublicAccessBlockConfiguration.IgnorePublicAcls', false],
    ['PublicAccessBlockConfiguration.RestrictPublicBuckets', false],
    ['OwnershipControls'],
    ['OwnershipControls.Rules.0.ObjectOwnership', 'ObjectWriter', 'BucketOwnerPreferred'],
    ['BucketEncryption'],
    ['BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault'],
    [
      'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm',
      'AES256',
      'aws:kms',
      'aws:kms:dsse',
    ],
    [
      'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID',
      'alias/aws/s3',
    ],
    ['BucketEncryption.ServerSideEncryptionConfiguration.0.BlockedEncryptionTypes.EncryptionType', ['NONE']],
    ['VersioningConfiguration'],
    ['VersioningConfiguration.Status', 'Suspended'],
    ['LoggingConfiguration'],
    ['LoggingConfiguration.DestinationBucketName', 'somebody-elses-bucket'],
    ['ObjectLockEnabled', false],
    ['ObjectLockConfiguration'],
    ['ObjectLockConfiguration.Rule'],
    ['ObjectLockConfiguration.Rule.DefaultRetention.Mode', 'GOVERNANCE'],
    ['ObjectLockConfiguration.Rule.DefaultRetention.Days', 1],
    ['ReplicationConfiguration'],
    ['ReplicationConfiguration.Rules.0.Status', 'Disabled'],
    ['CorsConfiguration.CorsRules.0.AllowedOrigins', ['*'], ['https://*']],
    ['LifecycleConfiguration'],
    ['LifecycleConfiguration.Rules.0.Status', 'Disabled'],
    ['LifecycleConfiguration.Rules.0.AbortIncompleteMultipartUpload'],
    ['NotificationConfiguration.EventBridgeConfiguration'],
    ['NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', false],
    ['AccessControl', 'PublicRead', 'LogDeliveryWrite'],
  ],
  'AWS::KMS::Key': [
    ['EnableKeyRotation', false],
    ['PendingWindowInDays', 7],
  ],
  'AWS::S3::AccessPoint': [
    ['VpcConfiguration'],
    ['PublicAccessBlockConfiguration'],
    ['PublicAccessBlockConfiguration.BlockPublicPolicy', false],
    ['PublicAccessBlockConfiguration.RestrictPublicBuckets', false],
    ['Policy'],
  ],
  'AWS::EC2::VPCEndpoint': [['PolicyDocument']],
  'AWS::S3::BucketPolicy': [],
  'Custom::StrongboxGlacierVault': [['accessPolicy'], ['lock'], ['lock.phase', 'inProgress']],
  'AWS::S3ObjectLambda::AccessPointPolicy': [],
  'AWS::S3ObjectLambda::AccessPoint': [
    ['ObjectLambdaConfiguration.SupportingAccessPoint', 'arn:aws:s3:eu-west-1:111122223333:accesspoint/another'],
    [
      'ObjectLambdaConfiguration.TransformationConfigurations.0.Actions',
      ['HeadObject'],
      ['GetObject'],
      ['GetObject', 'HeadObject', 'ListObjects'],
    ],
    ['ObjectLambdaConfiguration.TransformationConfigurations.0.ContentTransformation'],
  ],
};

function settings(resource: any): Change[] {
  return (SETTINGS[resource.Type] ?? []).flatMap(([path, ...weaker]) => {
    const steps = path.split('.');
    const there = read(resource.Properties ?? {}, steps);
    // A setting that is not there can only be weakened by adding what opens: an ACL.
    const assignable =
      (there !== undefined || path === 'AccessControl') && parentOf(resource.Properties ?? {}, steps) !== undefined;
    const assign = weaker
      .filter((value) => assignable && JSON.stringify(value) !== JSON.stringify(there))
      .map((value): Change => ({
        kind: 'weaken-setting',
        what: `${path} = ${JSON.stringify(value)}`,
        apply: (copy) => {
          parentOf(copy.Properties, steps)![steps[steps.length - 1]] = value;
        },
      }));
    // What is off is off as well when it is left out.
    const remove: Change[] =
      there === undefined || there === false
        ? []
        : [
            {
              kind: 'remove-setting',
              what: `remove ${path}`,
              apply: (copy) => {
                delete parentOf(copy.Properties, steps)![steps[steps.length - 1]];
              },
            },
          ];
    return [...remove, ...assign];
  });
}

function retention(resource: any): Change[] {
  if (!(resource.Type in SETTINGS)) return [];
  return ['DeletionPolicy', 'UpdateReplacePolicy']
    .filter((attribute) => resource[attribute] === 'Retain')
    .flatMap((attribute): Change[] => [
      {
        kind: 'drop-retention',
        what: `${attribute} = Delete`,
        apply: (copy) => {
          copy[attribute] = 'Delete';
        },
      },
      {
        kind: 'drop-retention',
        what: `remove ${attribute}`,
        apply: (copy) => {
          delete copy[attribute];
        },
      },
    ]);
}

/** A rule that tells less than before. */
function alarms({ Type, Properties }: any): Change[] {
  if (Type !== 'AWS::Events::Rule') return [];
  const change = (what: string, apply: (properties: any) => void): Change => ({
    kind: 'mute-alarm',
    what,
    apply: (copy) => apply(copy.Properties),
  });
  const names: any[] = Properties.EventPattern.detail.eventName ?? [];
  return [
    change('disable it', (copy) => {
      copy.State = 'DISABLED';
    }),
    change('tell nobody', (copy) => {
      copy.Targets = [];
    }),
    change('another bus', (copy) => {
      copy.EventBusName = 'another';
    }),
    change('another service', (copy) => {
      copy.EventPattern.source = ['aws.ec2'];
    }),
    change('refused calls only', (copy) => {
      copy.EventPattern.detail.errorCode = [{ exists: true }];
    }),
    ...names.map((name, at) =>
      change(`drop ${JSON.stringify(name)}`, (copy) => {
        copy.EventPattern.detail.eventName.splice(at, 1);
      }),
    ),
    ...['requestParameters', 'resources']
      .filter((of) => Properties.EventPattern.detail[of])
      .map((of) =>
        change(`another of ${of}`, (copy) => {
          copy.EventPattern.detail[of] = { bucketName: ['another'], ARN: ['another'] };
        }),
      ),
  ];
}

function read(value: any, steps: readonly string[]): any {
  return steps.reduce((at, step) => at?.[step], value);
}

function parentOf(value: any, steps: readonly string[]): any {
  const parent = read(value, steps.slice(0, -1));
  return typeof parent === 'object' && parent !== null ? parent : undefined;
}

/**
 * Begins the `Sid` of a statement that an app would add itself: it is there for the legitimate requests, and not
 * mutated.
 */
export const OF_THE_APP = 'OfTheApp';

// ---- policies
// ---------------------------------------------------------------------------------------------------------

function policies(statements: readonly any[], path: string): Change[] {
  const inStatement = (
    index: number,
    kind: string,
    what: string,
    change: (statement: any, all: any[]) => void,
  ): Change => ({
    kind,
    what:
      `${path === 'lock.policy' ? 'lock ' : ''}statement ` +
      `${index}${statements[index].Sid ? ` (${statements[index].Sid})` : ''}: ${what}`,
    apply: (copy) => {
      const { Statement } = read(copy.Properties, path.split('.'));
      change(Statement[index], Statement);
    },
  });
  return statements.flatMap((statement, index) =>
    statement.Sid?.startsWith(OF_THE_APP)
      ? []
      : [
          inStatement(index, 'drop-statement', 'drop it', (_, all) => all.splice(index, 1)),
          inStatement(index, 'flip-effect', 'the other effect', (copy) => {
            copy.Effect = copy.Effect === 'Deny' ? 'Allow' : 'Deny';
          }),
          ...resources(statement).map(({ kind, what, change }) => inStatement(index, kind, what, change)),
          ...actions(statement).map(({ kind, what, change }) => inStatement(index, kind, what, change)),
          ...principals(statement).map(({ kind, what, change }) => inStatement(index, kind, what, change)),
          ...conditions(statement).map(({ kind, what, change }) => inStatement(index, kind, what, change)),
          ...statements.flatMap((other, at) =>
            at <= index || other.Effect !== statement.Effect || !other.Condition || !statement.Condition
              ? []
              : [
                  inStatement(
                    index,
                    'and-conditions',
                    `and the conditions of statement ${at} together`,
                    (copy, all) => {
                      for (const [operator, tests] of Object.entries<any>(all[at].Condition)) {
                        copy.Condition[operator] = { ...copy.Condition[operator], ...tests };
                      }
                      all.splice(at, 1);
                    },
                  ),
                ],
          ),
        ],
  );
}

interface StatementChange {
  readonly kind: string;
  readonly what: string;
  readonly change: (statement: any) => void;
}

const list = (value: any): any[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The last literal piece of a string that may be joined of several. */
function withTail(value: any, change: (tail: string) => string): any {
  if (typeof value === 'string') return change(value);
  const parts = value?.['Fn::Join']?.[1];
  if (Array.isArray(parts) && typeof parts[parts.length - 1] === 'string') {
    return { 'Fn::Join': [value['Fn::Join'][0], [...parts.slice(0, -1), change(parts[parts.length - 1])]] };
  }
  return undefined;
}

function resources(statement: any): StatementChange[] {
  const all = list(statement.Resource);
  return all.flatMap((resource, index) => {
    const replace = (kind: string, what: string, by: any): StatementChange[] =>
      by === undefined
        ? []
        : [
            {
              kind,
              what: `${what} of resource ${index}`,
              change: (copy) => {
                copy.Resource = list(copy.Resource).map((one, at) => (at === index ? by : one));
              },
            },
          ];
    const objects = endsIn(resource, '/*');
    return [
      ...(all.length > 1
        ? [
            {
              kind: 'drop-resource',
              what: `drop resource ${index}`,
              change: (copy: any) => {
                copy.Resource = list(copy.Resource).filter((_, at) => at !== index);
              },
            },
          ]
        : []),
      ...(objects
        ? [
            ...replace(
              'drop-objects',
              'drop "/*"',
              withTail(resource, (tail) => tail.replace(/\/\*$/, '')),
            ),
            ...replace(
              'narrow-resource',
              'narrow "/*" to "/"',
              withTail(resource, (tail) => tail.replace(/\/\*$/, '/')),
            ),
            ...replace(
              'narrow-resource',
              'narrow "/*" to one prefix',
              withTail(resource, (tail) => tail.replace(/\/\*$/, '/private/*')),
            ),
          ]
        : resource === '*'
          ? []
          : replace('narrow-resource', 'ask for another resource instead', 'arn:aws:s3:::another-bucket')),
      ...(resource === '*' ? [] : replace('widen-resource', 'widen to "*"', '*')),
    ];
  });
}

function endsIn(value: any, ending: string): boolean {
  let found = false;
  withTail(value, (tail) => {
    found = tail.endsWith(ending);
    return tail;
  });
  return found;
}

function actions(statement: any): StatementChange[] {
  const all = list(statement.Action);
  return all.flatMap((action: string, index) => {
    const replace = (kind: string, what: string, by: string): StatementChange => ({
      kind,
      what,
      change: (copy) => {
        copy.Action = list(copy.Action).map((one, at) => (at === index ? by : one));
      },
    });
    const [service, name] = action.split(':');
    return [
      ...(all.length > 1
        ? [
            {
              kind: 'drop-action',
              what: `drop action ${action}`,
              change: (copy: any) => {
                copy.Action = list(copy.Action).filter((_, at) => at !== index);
              },
            },
          ]
        : []),
      ...(name === '*'
        ? [
            replace('narrow-action', `only ${service}:Get*`, `${service}:Get*`),
            replace('narrow-action', `only ${service}:Put*`, `${service}:Put*`),
          ]
        : [
            replace('widen-action', `widen ${action} to ${service}:*`, `${service}:*`),
            replace('misspell-action', `misspell ${action}`, misspelt(action)),
          ]),
    ];
  });
}

/** Two letters in the middle change places. */
export function misspelt(word: string): string {
  for (let at = Math.floor((word.indexOf(':') + word.length) / 2); at > word.indexOf(':') + 1; at--) {
    if (
      /[a-z]/i.test(word[at]) &&
      /[a-z]/i.test(word[at - 1]) &&
      word[at].toLowerCase() !== word[at - 1].toLowerCase()
    ) {
      return word.slice(0, at - 1) + word[at] + word[at - 1] + word.slice(at + 1);
    }
  }
  return `${word}x`;
}

function principals(statement: any): StatementChange[] {
  const everybody = statement.Principal === '*' || JSON.stringify(statement.Principal) === '{"AWS":"*"}';
  if (statement.Principal === undefined) return [];
  return everybody
    ? [
        {
          kind: 'narrow-principal',
          what: 'only one account',
          change: (copy) => {
            copy.Principal = { AWS: 'arn:aws:iam::111122223333:root' };
          },
        },
        {
          kind: 'narrow-principal',
          what: 'only a service',
          change: (copy) => {
            copy.Principal = { Service: 'logging.s3.amazonaws.com' };
          },
        },
      ]
    : [
        {
          kind: 'widen-principal',
          what: 'everybody',
          change: (copy) => {
            copy.Principal = '*';
          },
        },
        {
          kind: 'widen-principal',
          what: 'another account as well',
          change: (copy) => {
            copy.Principal = {
              ...copy.Principal,
              AWS: [...list(copy.Principal.AWS), 'arn:aws:iam::999999999999:root'],
            };
          },
        },
        {
          kind: 'narrow-principal',
          what: 'another service instead',
          change: (copy) => {
            copy.Principal = { Service: 'ec2.amazonaws.com' };
          },
        },
      ];
}

const SWAPS: Readonly<Record<string, string>> = {
  StringLike: 'StringEquals',
  StringEquals: 'StringNotEquals',
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringNotEquals',
  ArnLike: 'ArnNotLike',
  ArnNotLike: 'ArnLike',
  ArnEquals: 'ArnNotEquals',
  NumericLessThan: 'NumericGreaterThan',
  NumericGreaterThan: 'NumericLessThan',
};
const ALSO: Readonly<Record<string, string>> = {
  StringEquals: 'StringLike',
  StringLike: 'StringNotLike',
  ArnLike: 'StringEquals',
  NumericLessThan: 'NumericLessThanEquals',
  NumericGreaterThan: 'NumericGreaterThanEquals',
  Bool: 'Null',
};

function conditions(statement: any): StatementChange[] {
  const block = statement.Condition ?? {};
  const tests = Object.entries<any>(block).flatMap(([operator, keys]) =>
    Object.entries<any>(keys).map(([key, value]) => ({ operator, key, value })),
  );
  return [
    ...(tests.length > 0
      ? [
          {
            kind: 'drop-condition',
            what: 'drop all conditions',
            change: (copy: any) => {
              delete copy.Condition;
            },
          },
        ]
      : []),
    ...tests.flatMap(({ operator, key, value }): StatementChange[] => {
      const bare = operator.replace(/IfExists$/, '');
      const move = (kind: string, what: string, toOperator: string, toKey: string, toValue: any): StatementChange => ({
        kind,
        what: `${operator} ${key}: ${what}`,
        change: (copy) => {
          delete copy.Condition[operator][key];
          if (Object.keys(copy.Condition[operator]).length === 0) delete copy.Condition[operator];
          copy.Condition[toOperator] = { ...copy.Condition[toOperator], [toKey]: toValue };
        },
      });
      return [
        ...(tests.length > 1
          ? [
              {
                kind: 'drop-condition',
                what: `drop ${operator} ${key}`,
                change: (copy: any) => {
                  delete copy.Condition[operator][key];
                  if (Object.keys(copy.Condition[operator]).length === 0) delete copy.Condition[operator];
                },
              },
            ]
          : []),
        ...(bare === 'Null'
          ? []
          : [
              operator === bare
                ? move('add-if-exists', 'add IfExists', `${operator}IfExists`, key, value)
                : move('remove-if-exists', 'remove IfExists', bare, key, value),
            ]),
        ...[SWAPS[bare], ALSO[bare]]
          .filter(Boolean)
          .map((other) =>
            move(
              'swap-operator',
              `as ${other}`,
              other + (operator === bare || other === 'Null' ? '' : 'IfExists'),
              key,
              value,
            ),
          ),
        ...(bare === 'Bool' || bare === 'Null'
          ? [move('flip-value', 'the other value', operator, key, String(value) === 'true' ? 'false' : 'true')]
          : []),
        ...(/^Numeric/.test(bare)
          ? ['lower', 'higher'].map((way) => {
              const by = Number(value) < 10 ? 0.1 : 1;
              return move(
                'change-value',
                `a ${way} number`,
                operator,
                key,
                String(Math.round((Number(value) + (way === 'lower' ? -by : by)) * 10) / 10),
              );
            })
          : []),
        ...(/^(String|Arn)/.test(bare) ? [move('change-value', 'another value', operator, key, another(value))] : []),
        ...(list(value).length > 1
          ? list(value).map((_, at) =>
              move(
                'drop-value',
                `drop value ${at}`,
                operator,
                key,
                list(value).filter((__, other) => other !== at),
              ),
            )
          : []),
        ...(/^(StringLike|ArnLike)$/.test(bare) ? [move('change-value', 'any value', operator, key, '*')] : []),
        move('misspell-key', 'misspell the key', operator, misspelt(key), value),
      ];
    }),
  ];
}

function another(value: any): any {
  const text = JSON.stringify(value);
  return /arn|Arn/.test(text)
    ? 'arn:aws:s3:::another-bucket'
    : /AccountId/.test(text) || /^"\d{12}"$/.test(text)
      ? '999999999999'
      : 'another';
}
