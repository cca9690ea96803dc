/**
 * Who may import whom. The folders and the rules are those of README.md, "Folders".
 * @type {import('dependency-cruiser').IConfiguration}
 */
const folders = ['engine', 'mocks', 'scenarios', 'bench', 'reports', 'test', 'prisma', 'examples']
/** A folder imports itself, packages, and of the project nothing but what is listed. */
const only = (folder, allowed) => ({
  name: `${folder}-imports-only-${allowed.length ? allowed.join('-') : 'itself'}`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: {
    path: '^[^/]',
    pathNot: ['^node_modules/', ...[folder, ...allowed].map((name) => `^${name}/`)],
    dependencyTypesNot: ['core'],
  },
})
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'not-to-dev-dependencies',
      comment: 'What runs must not need what only development installs.',
      severity: 'error',
      from: { path: '^(engine|mocks|scenarios|bench|reports|prisma)/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: '(^test/|\\.test\\.tsx?$)' },
      to: { path: '(^test/|\\.test\\.tsx?$)' },
    },
    only('engine', ['prisma']),
    {
      name: 'engine-uses-only-the-generated-client',
      severity: 'error',
      from: { path: '^engine/' },
      to: { path: '^prisma/', pathNot: '^prisma/generated/' },
    },
    only('mocks', []),
    only('scenarios', []),
    only('reports', []),
    only('prisma', []),
    only('examples', ['engine', 'prisma']),
    {
      name: 'foreign-app-imports-only-itself',
      comment: 'It stands for the service of somebody else, who has nothing of ours.',
      severity: 'error',
      from: { path: '^examples/foreign-app/' },
      to: {
        path: '^[^/]',
        pathNot: ['^node_modules/', '^examples/foreign-app/'],
        dependencyTypesNot: ['core'],
      },
    },
    only('bench', ['engine', 'mocks', 'scenarios', 'reports', 'prisma']),
    {
      name: 'folders-are-imported-by-their-index',
      comment:
        'Another top-level folder is imported by its index.ts, never by its files. The HTTP API and the telemetry of the engine have one of their own: who wants the pipeline alone loads neither.',
      severity: 'error',
      from: { path: '^(engine|mocks|scenarios|bench|reports|examples)/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^(engine|mocks|scenarios|reports)/',
        pathNot: ['^$1/', '^[^/]+/index\\.tsx?$', '^engine/(http|telemetry)/index\\.ts$'],
      },
    },
    {
      name: 'leaf-modules',
      comment: 'Flags, ports, the result schema and the scenario type import nothing of ours.',
      severity: 'error',
      from: {
        path: '^(engine/(flags|ports)|mocks/ports|scenarios/scenario|reports/repetition-schema)\\.ts$',
      },
      to: { path: `^(${folders.join('|')})/` },
    },
    {
      name: 'result-schema-is-a-leaf',
      comment: 'The result schema is three files, which import nothing of ours but each other.',
      severity: 'error',
      from: { path: '^reports/(result|curves)-schema\\.ts$' },
      to: {
        path: `^(${folders.join('|')})/`,
        pathNot: '^reports/(repetition|curves)-schema\\.ts$',
      },
    },
    {
      name: 'load-schema-is-a-leaf',
      comment:
        'What a load leaves is two files, which import nothing of ours but the schema of the environment and of flags.',
      severity: 'error',
      from: { path: '^reports/load/load-(series-)?schema\\.ts$' },
      to: {
        path: `^(${folders.join('|')})/`,
        pathNot: '^reports/((repetition|result)-schema|load/load-series-schema)\\.ts$',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(prisma|examples/foreign-app)/generated/.+/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
