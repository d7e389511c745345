/**
 * What pipelines of Azure DevOps may say, as far as they say it here: every property that the files use and no other one. Microsoft's own
 * schema knows all of them, and is not on any package registry; the tests use it too where it is given.
 *
 * @see https://learn.microsoft.com/azure/devops/pipelines/yaml-schema
 */
const string = { type: 'string' };
const boolean = { type: 'boolean' };
const name = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' };

const object = (properties, required = []) => ({ type: 'object', properties, required, additionalProperties: false });
const list = (items) => ({ type: 'array', items });
const ref = (definition) => ({ $ref: `#/definitions/${definition}` });

const common = { name, displayName: string, condition: string, env: { type: 'object', additionalProperties: string } };
const task = (id, inputs, required) => object({ task: { enum: [id] }, inputs: object(inputs, required), ...common }, ['task', 'inputs']);

const job = { displayName: string, dependsOn: string, condition: string, pool: ref('pool') };
const branches = object({ branches: object({ include: list(string), exclude: list(string) }) });

export const SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  ...object({
    parameters: list(ref('parameter')),
    resources: object({ repositories: list(object({ repository: name, type: { enum: ['git', 'github'] }, name: string, ref: string })) }),
    trigger: branches,
    pr: branches,
    stages: list({ anyOf: [ref('stage'), ref('template')] }),
    steps: list(ref('step')),
  }),
  definitions: {
    parameter: object({ name, type: { enum: ['string'] }, default: string, values: list(string) }, ['name', 'type']),
    template: object({ template: string, parameters: { type: 'object', additionalProperties: string } }, ['template']),
    pool: object({ name: string, vmImage: string }),
    stage: object(
      {
        stage: name,
        displayName: string,
        dependsOn: string,
        condition: string,
        pool: ref('pool'),
        variables: { type: 'object', additionalProperties: string },
        jobs: list({ anyOf: [ref('job'), ref('deployment')] }),
      },
      ['stage', 'jobs'],
    ),
    job: object({ job: name, ...job, steps: list(ref('step')) }, ['job', 'steps']),
    deployment: object(
      {
        deployment: name,
        ...job,
        environment: string,
        strategy: object({ runOnce: object({ deploy: object({ steps: list(ref('step')) }, ['steps']) }, ['deploy']) }, ['runOnce']),
      },
      ['deployment', 'environment', 'strategy'],
    ),
    step: {
      anyOf: [
        ref('template'),
        object({ checkout: string, path: string, fetchDepth: { type: 'number' }, persistCredentials: boolean }, ['checkout']),
        object({ bash: string, ...common }, ['bash']),
        object({ publish: string, artifact: string, displayName: string, condition: string }, ['publish', 'artifact']),
        object({ download: string, artifact: string, displayName: string }, ['download']),
        task('PublishTestResults@2', {
          testResultsFormat: { enum: ['JUnit'] },
          searchFolder: string,
          testResultsFiles: string,
          failTaskOnMissingResultsFile: boolean,
          testRunTitle: string,
        }, ['testResultsFormat', 'testResultsFiles']),
        task('PublishCodeCoverageResults@2', { summaryFileLocation: string, failIfCoverageEmpty: boolean }, ['summaryFileLocation']),
        task('Docker@2', { command: { enum: ['login'] }, containerRegistry: string }, ['command', 'containerRegistry']),
        task('AzureCLI@2', {
          azureSubscription: string,
          scriptType: { enum: ['bash'] },
          scriptLocation: { enum: ['scriptPath'] },
          scriptPath: string,
        }, ['azureSubscription', 'scriptType', 'scriptLocation', 'scriptPath']),
        task('DownloadSecureFile@1', { secureFile: string }, ['secureFile']),
      ],
    },
  },
};
