/** By this name `aws:CalledVia` tells that a request was made for an Object Lambda access point. */
export const OBJECT_LAMBDA_SERVICE = 's3-object-lambda.amazonaws.com';

/** Begins the `Sid` of every statement about a view. */
export function viewSid(view: string): string {
  return `StrongboxView${pascal(view)}`;
}

/** `sales-eu` as `SalesEu`. */
export function pascal(name: string): string {
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
