import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { TransformHost } from './transform-host';
import type { LookupSpec } from '../runtime/object-views/transform-spec';

/** Options of `Lookup.table()`. */
export interface TableLookupOptions {
  /** Name of the table's partition key. */
  readonly partitionKey: string;

  /**
   * Whether the partition key is a number.
   *
   * @default false
   */
  readonly numericKey?: boolean;
}

/** Options of `Lookup.object()`. */
export interface ObjectLookupOptions {
  /**
   * The largest object that is taken, in bytes.
   *
   * @default 16777216 - 16 MiB
   */
  readonly maxBytes?: number;
}

/**
 * Where `Transform.enrich` finds what it adds.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-use-cases.html
 *
 * @example
 * declare const customers: dynamodb.Table;
 * Lookup.table(customers, { partitionKey: 'customerId' });
 */
export class Lookup {
  /** A DynamoDB table with a partition key and no sort key. */
  public static table(table: dynamodb.ITable, options: TableLookupOptions): Lookup {
    return new Lookup((host) => {
      host.allow({ actions: ['dynamodb:BatchGetItem'], resources: [table.tableArn] });
      if (table.encryptionKey) {
        const { region } = table.encryptionKey.env;
        host.allow({
          actions: ['kms:Decrypt'],
          resources: [table.encryptionKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
        });
      }
      return {
        type: 'dynamodb',
        table: host.deployed(table.tableName),
        partitionKey: options.partitionKey,
        keyType: options.numericKey ? 'number' : 'string',
      };
    });
  }

  /**
   * A JSON object by key, or a CSV file with a header whose first column is the key; a warm function keeps what it
   * read.
   */
  public static object(bucket: s3.IBucket, key: string, options: ObjectLookupOptions = {}): Lookup {
    return new Lookup((host) => {
      host.allow({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(key)] });
      if (bucket.encryptionKey) {
        host.allow({
          actions: ['kms:Decrypt'],
          resources: [bucket.encryptionKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${bucket.encryptionKey.env.region}.amazonaws.com` } },
        });
      }
      return {
        type: 'object',
        bucket: host.deployed(bucket.bucketName),
        key: host.deployed(key),
        maxBytes: options.maxBytes,
      };
    });
  }

  private constructor(
    /** @internal */
    public readonly _bind: (host: TransformHost) => LookupSpec,
  ) {}
}
