import { readFileSync } from 'node:fs';
const base='/tmp/wt/hide/packages/ambit/dist/';
const { createAmbit } = await import(base+'index.js');
const { loadRules, loadPermissions } = await import(base+'load.js');
const { visible } = await import(base+'mask/visible.js');
const { visibleBits } = await import(base+'mask/bits.js');
const { Questions } = await import(base+'mask/questions.js');
const sdl = readFileSync('node_modules/@octokit/graphql-schema/schema.graphql','utf8');
const rules = await loadRules('examples/github/rules.yml');
const permissions = await loadPermissions('examples/github/catalog');
const q=(xs,p)=>[...xs].sort((a,b)=>a-b)[Math.floor(xs.length*p)].toFixed(2);
const engine = createAmbit({schema:sdl, rules, permissions});
const open = createAmbit({schema:sdl, coverage:'open'});
let seed=7;const rnd=()=>(seed=(seed*1103515245+12345)&0x7fffffff)/0x7fffffff;
const types=Object.values(engine.policy.schema.getTypeMap()).filter(t=>!t.name.startsWith('__'));
const rr={};for(const t of types){ if(t.getFields&&t.constructor.name==='GraphQLObjectType'&&!/^(Query|Mutation)$/.test(t.name)&&rnd()<0.5) rr[t.name]={scopes:[['s'+Math.floor(rnd()*20)]]}; if(t.getFields) for(const f of Object.keys(t.getFields())) if(rnd()<0.1) rr[t.name+'.'+f]={scopes:[['s'+Math.floor(rnd()*20)]]};}
const random = createAmbit({schema:sdl, coverage:'open', rules:{version:1,rules:rr}});
const all=[...engine.policy.catalog.assignables.keys()];
const sets={
 rules:[engine,()=>({granular:[{permissions:all.filter(()=>rnd()<0.6),boundary:{owner:'a'}}]})],
 open:[open,()=>({})],
 random:[random,()=>({scopes:Array.from({length:20},(_,i)=>'s'+i).filter(()=>rnd()<0.7)})],
};
for (const [name,[e,g]] of Object.entries(sets)) {
  const vs=[],bs=[],qs=[],ms=[];let len;
  const questions=new Questions(e.policy);
  for(let i=0;i<40;i++){const r=e.rights(g());let t=performance.now();const v=visible(e.policy,r);vs.push(performance.now()-t);
   t=performance.now();const b=visibleBits(e.policy.schema,v);bs.push(performance.now()-t);len=b.length*2;
   t=performance.now();questions.answers(r);qs.push(performance.now()-t);
  t=performance.now();const m=e.mask(g());ms.push(performance.now()-t);}
  console.log(name,'visible p50',q(vs,.5),'min',q(vs,0),'bits',q(bs,.5),'bytes',len,'answers',q(qs,.5),'mask',q(ms,.5), 'min', q(ms,0));
}
