import { mutantsOf } from '../../scripts/mutation/mutators';
import { expectationOf, isEquivalent, killedBy } from '../../scripts/mutation/proof';
import { subjects } from '../../scripts/mutation/subjects';
const {template}=subjects()[0]; const e=expectationOf(template); const ms=mutantsOf(template);
const m=[...new Map(ms.map((x) => [x.kind, x])).values()];
for (const x of m) { const k=killedBy(x.template,e); const eq=k===undefined&&isEquivalent(template,x.template,x.logicalId); if (!k&&!eq) console.log(x.kind,x.name); }
