/** Why a request is refused, in words that its sender may read. */
export class HttpError extends Error {
  public constructor(
    public readonly status: 400 | 403 | 405,
    message: string,
  ) {
    super(message);
  }
}
