import { readFileSync } from 'node:fs';
const base='/tmp/wt/hide/packages/ambit/dist/';
const { createAmbit } = await import(base+'index.js');
const { introspectionAnswer } = await import(base+'enforce/answers.js');
import { execute, parse, getIntrospectionQuery } from 'graphql';
import { isDeepStrictEqual } from 'node:util';
const sdl = readFileSync('node_modules/@octokit/graphql-schema/schema.graphql','utf8');
const open = createAmbit({schema:sdl, coverage:'open'});
const m=open.mask({});
const q=parse(getIntrospectionQuery());
const frags=new Map(q.definitions.filter(d=>d.kind==='FragmentDefinition').map(d=>[d.name.value,d]));
const op=q.definitions.find(d=>d.kind==='OperationDefinition');
const ts=[];let a;
for(let i=0;i<25;i++){const t=performance.now();a=introspectionAnswer(m,op.selectionSet.selections,frags,{});ts.push(performance.now()-t);}
console.log(ts.map(x=>x.toFixed(1)).join(' '));
const e=execute({schema:m,document:q}).data.__schema;
console.log(JSON.stringify(a)===JSON.stringify(e));
