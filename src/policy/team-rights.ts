import type { Team } from '../model/team';

const READ = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAttributes',
  's3:GetObjectVersionAttributes',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
];
/**
 * A multipart upload is made, filled and put together by PutObject; its parts are listed and given up by actions of
 * their own.
 */
const WRITE = ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
const DELETE = ['s3:DeleteObject'];

export const LIST = ['s3:ListBucket', 's3:ListBucketVersions'];
/** It tells the keys of everybody's uploads, and no condition key bounds it. */
export const LIST_UPLOADS = 's3:ListBucketMultipartUploads';

/** All that an access point of a team can be allowed. */
export const DELEGATED = [...READ, ...WRITE, ...DELETE, ...LIST];

/** What a team may do with objects below its prefixes. */
export function objectActionsOf(team: Team): string[] {
  return [
    ...(team._may('read') ? READ : []),
    ...(team._may('write') ? WRITE : []),
    ...(team._may('delete') ? DELETE : []),
  ];
}

/**
 * What a team needs of the key that encrypts the bucket. Who uploads in parts decrypts them when they are put together.
 */
export function keyActionsOf(team: Team): string[] {
  if (team._may('write')) return ['kms:GenerateDataKey', 'kms:Decrypt'];
  return team._may('read') ? ['kms:Decrypt'] : [];
}
