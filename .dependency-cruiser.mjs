const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.spec\\.ts$' },
  to: { pathNot: allowed },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    only(
      'aggregate-is-pure',
      'A decider imports its events and the event-sourcing vocabulary, nothing else: ids and time arrive in the command.',
      '^libs/contexts/([^/]+)/aggregate/',
      '^libs/(contexts/$1/(aggregate|events)|mechanisms/event-sourcing)/',
    ),
    only(
      'events-are-pure',
      'Events are declared from other events, the event-sourcing vocabulary and the schema declarations.',
      '^libs/contexts/([^/]+)/events/',
      '^libs/(contexts/$1/events|mechanisms/event-sourcing|mechanisms/schemas)/',
    ),
    only(
      'topic-is-pure',
      'A topic is made of events; both sides of a context may see it, so it must not let one see the other.',
      '^libs/contexts/([^/]+)/topic/',
      '^(libs/(contexts/$1/(topic|events)|mechanisms/event-sourcing|mechanisms/schemas)/|node_modules/uuid/)',
    ),
    {
      name: 'write-side-not-to-read-side',
      comment: 'The two sides meet in events/ and topic/.',
      severity: 'error',
      from: { path: '^libs/contexts/[^/]+/(aggregate|commands|reactions|processor|command\\.module)' },
      to: { path: '^libs/contexts/[^/]+/(projections|queries|graph|query\\.module|read-model|[^/]+\\.graph)' },
    },
    {
      name: 'read-side-not-to-write-side',
      comment: 'The two sides meet in events/ and topic/.',
      severity: 'error',
      from: {
        path: '^libs/contexts/[^/]+/(projections|queries|graph|query\\.module|read-model|[^/]+\\.graph)',
        pathNot: '\\.spec\\.ts$',
      },
      to: { path: '^libs/contexts/[^/]+/(aggregate|commands|reactions|processor|command\\.module)' },
    },
    {
      name: 'context-by-its-door',
      comment: 'A context sees another only through its index.ts.',
      severity: 'error',
      from: { path: '^libs/contexts/([^/]+)/' },
      to: {
        path: '^libs/contexts/',
        pathNot: ['^libs/contexts/$1/', '^libs/contexts/[^/]+/(index|read-model)\\.ts$'],
      },
    },
    {
      name: 'read-model-for-read-sides',
      comment:
        'The tables of a context are open to the read sides of others alone, which may hold them in a schema of their own.',
      severity: 'error',
      from: {
        pathNot: ['^libs/contexts/[^/]+/(projections|queries|graph|query\\.module|[^/]+\\.graph)', '\\.spec\\.ts$'],
      },
      to: { path: '^libs/contexts/[^/]+/read-model\\.ts$' },
    },
    {
      name: 'command-app-mounts-the-write-side',
      comment: 'A command app imports its own context’s command module and command classes.',
      severity: 'error',
      from: { path: '^apps/([^/]+)-command/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/contexts/', pathNot: '^libs/contexts/$1/(commands/|command\\.module\\.ts|index\\.ts)' },
    },
    {
      name: 'query-app-mounts-the-read-side',
      comment:
        'A query app imports its own context’s query module and query classes; other contexts only by their door.',
      severity: 'error',
      from: { path: '^apps/([^/]+)-query/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^libs/contexts/',
        pathNot: [
          '^libs/contexts/$1/(queries/|query\\.module\\.ts|$1\\.graph\\.ts)',
          '^libs/contexts/[^/]+/index\\.ts$',
        ],
      },
    },
    {
      name: 'outsiders-know-no-context',
      comment: 'The gateway routes by path, and the card processor is somebody else’s: neither knows a rule of ours.',
      severity: 'error',
      from: { path: '^apps/(gateway|card-processor)/' },
      to: { path: '^libs/contexts/' },
    },
    {
      name: 'mechanisms-know-no-context',
      comment: 'No file in mechanisms/ names a business thing.',
      severity: 'error',
      from: { path: '^libs/mechanisms/' },
      to: { path: '^(libs/contexts|apps|tools|test)/' },
    },
    {
      name: 'event-sourcing-is-plain',
      comment: 'The vocabulary of event sourcing has no dependency.',
      severity: 'error',
      from: { path: '^libs/mechanisms/event-sourcing/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/mechanisms/event-sourcing/' },
    },
    {
      name: 'event-store-knows-no-nest',
      comment: 'The event store knows nothing of Nest, HTTP or any context.',
      severity: 'error',
      from: { path: '^libs/mechanisms/event-store/' },
      to: { path: ['^libs/mechanisms/(service|projections)/', 'node_modules/(@nestjs|fastify)/'] },
    },
    {
      name: 'libs-know-no-app',
      comment: 'libs/ is used by apps/, tools/ and test/, never the other way round.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|tools|test)/' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'Apps are separate processes and share only libs/.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^(apps|tools|test)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'kafkajs-behind-its-port',
      comment: 'Only mechanisms/kafka imports kafkajs; benchmarks compare with it.',
      severity: 'error',
      from: { pathNot: '^(libs/mechanisms/kafka|tools/bench)/' },
      to: { path: 'node_modules/kafkajs/' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
