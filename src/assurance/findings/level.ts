/** How bad a finding is. */
export enum FindingLevel {
  /**
   * A request is allowed that must not be, or one is refused that must be allowed: data open to the internet, to
   * another account or over HTTP, a control that does not do what it claims, a policy that the service refuses.
   */
  ERROR = 'error',
  /** The template does not state a setting, or only the deployment knows the answer. */
  WARNING = 'warning',
  /** Nothing is open; another spelling or setting would be clearer or work better. */
  ADVICE = 'advice',
}

/** From the worst on. */
export const LEVELS = [FindingLevel.ERROR, FindingLevel.WARNING, FindingLevel.ADVICE] as const;

/** Whether a level is as bad as the other or worse. */
export function isAtLeast(level: FindingLevel, other: FindingLevel): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(other);
}

/** What a finding is about. */
export const TOPICS = [
  'access',
  'access-points',
  'deliveries',
  'encryption',
  'keys',
  'logs',
  'perimeter',
  'policy',
  'public',
  'retention',
  'settings',
  'transport',
  'views',
] as const;
export type Topic = (typeof TOPICS)[number];
