/**
 * The actions of others that are used, pinned by commit: the version that the commit is, and the inputs that it takes, as far as
 * they are used. To move to another version, look its commit up at the action's repository, and its inputs in its action.yml there.
 */
export const ACTIONS = {
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': {
    version: 'v7.0.1',
    inputs: { repository: {}, ref: {}, path: {}, 'fetch-depth': {}, 'persist-credentials': {} },
  },
  'actions/setup-java@b6effb05e454b25005698d916606bdc6ffcbf961': {
    version: 'v5.7.0',
    inputs: { distribution: {}, 'java-version': {}, cache: {} },
  },
  'actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae': {
    version: 'v5.0.5',
    inputs: { path: { required: true }, key: { required: true } },
  },
  'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f': {
    version: 'v7.0.0',
    inputs: {
      name: {},
      path: { required: true },
      'if-no-files-found': {},
      'retention-days': {},
      'compression-level': {},
      'include-hidden-files': {},
    },
  },
  'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c': {
    version: 'v8.0.1',
    inputs: { name: {}, path: {} },
  },
  'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c': {
    version: 'v6.2.3',
    inputs: { 'aws-region': { required: true }, 'role-to-assume': {} },
  },
  'Azure/login@f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca': {
    version: 'v3.0.1',
    inputs: { 'client-id': {}, 'tenant-id': {}, 'subscription-id': {} },
  },
  'hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e': {
    version: 'v4.0.1',
    inputs: { terraform_version: {}, terraform_wrapper: {} },
  },
};
