export { connectionOf, listRequest, PageArguments, toConnection } from './connection.ts';
export type { Connection } from './connection.ts';
export type { GraphContext } from './graph.controller.ts';
export { GraphLoaders, GraphModule } from './graph.module.ts';
export type { Graph } from './graph.module.ts';
export { sdlOf } from './sdl.ts';
export { MoneyType } from './money.type.ts';
export { DateTimeScalar, UuidScalar } from './scalars.ts';
