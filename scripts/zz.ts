import { documents } from '../bench/redaction-structure/documents';
import { compilePolicy } from '../src/runtime/redaction/compiled-policy';
import { XmlTransform } from '../src/runtime/redaction/structure/xml';
import { JsonTransform } from '../src/runtime/redaction/structure/json';
import { CsvTransform } from '../src/runtime/redaction/structure/csv';
const docs=documents(16e6);
const nul:any={redact:()=>undefined,find:()=>[],apply:()=>undefined,batch:()=>({add:()=>true,hits:()=>[]})};
const real=compilePolicy({version:1}).session().fields();
const copyOnly:any={...nul,batch:()=>{const b:any=real.batch();return {add:(x:any,s:any,e:any,c:any)=>{ if(b.used+9000>65535||b.count>8000){b.used=0;b.count=0;} return b.add(x,s,e,c)},hits:()=>{b.used=0;b.count=0;return []}}}};
const scanOnly:any={...nul,batch:()=>{const b=real.batch();return {add:(x:any,s:any,e:any,c:any)=>b.add(x,s,e,c),hits:()=>{b.hits();return []}}}};
const which=process.argv[2]??'xml';
const C:any={xml:XmlTransform,json:JsonTransform,csv:CsvTransform}[which];
const doc=(docs as any)[which];
for(const [n,r] of [['nul',nul],['copy',copyOnly],['scan',scanOnly],['real',real]] as const){ if(process.argv[3]&&process.argv[3]!==n) continue;
 let best=1e9;for(let k=0;k<6;k++){const t=process.cpuUsage();const x=new C({policy:{version:1},redactor:r});for(let i=0;i<doc.length;i+=65536)x.push(doc.subarray(i,i+65536));x.end();const u=process.cpuUsage(t);best=Math.min(best,u.user+u.system);}
 console.log(which,n,(doc.length/best).toFixed(0),'MB/s', (best/1000).toFixed(0),'ms');}
