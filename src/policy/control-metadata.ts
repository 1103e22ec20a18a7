import type { IConstruct } from 'constructs';

/** The type of the construct metadata that names the controls of a resource. */
const CONTROL_METADATA = 'strongbox:control';

/** Leaves the id of a control on what it was applied to, once; reports and the demo read it from the cloud assembly. */
export function recordControl(construct: IConstruct, id: string): void {
  if (construct.node.metadata.some((entry) => entry.type === CONTROL_METADATA && entry.data === id)) return;
  construct.node.addMetadata(CONTROL_METADATA, id);
}
