import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { container } from './lib/job.mjs';
import { AWS, AZURE } from './lib/roots.mjs';

const project = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const yaml = path => parse(project(path));
const usual = (configuration, variable) => configuration.variables.get(variable).body.default;

test('the names that manifests use are those that Terraform gives', () => {
  const name = usual(AWS, 'name');
  const { namespace } = yaml('sample-service/relevo.yaml').environments.aws;
  assert.equal(namespace, usual(AWS, 'namespace'));
  assert.equal(yaml('sample-service/relevo.yaml').environments.azure.namespace, usual(AZURE, 'namespace'));
  assert.equal(yaml('k8s/cloud/kustomization.yaml').namespace, namespace);
  assert.equal(AWS.one('aws_secretsmanager_secret').name, '${var.name}/${var.namespace}/clients-db');
  for (const job of ['database', 'credentials']) {
    assert.equal(container('aws', job, 'fetch').env.SECRET, `${name}/${namespace}/clients-db`);
    const account = parse(project(`sample-service/k8s/aws/${job}.yaml`)).spec.template.spec.serviceAccountName;
    assert.equal(AWS.modules.get(`${job}_account`).body.account, account);
    assert.ok(AZURE.locals.get('accounts').value.includes(`"${account}"`));
  }
});

test('in azure both Jobs and the Ingress use the same vault, and the secrets that Terraform writes', () => {
  const vault = container('azure', 'database', 'fetch').env.VAULT;
  assert.equal(container('azure', 'credentials', 'fetch').env.VAULT, vault);
  const { annotations } = yaml('sample-service/k8s/azure/ingress.yaml').metadata;
  assert.equal(annotations['kubernetes.azure.com/tls-cert-keyvault-uri'], `https://${vault}.vault.azure.net/certificates/clients`);
  const written = AZURE.all('azurerm_key_vault_secret').map(({ name }) => name).sort();
  const read = container('azure', 'database', 'fetch').argv.at(-1).match(/^secret (\S+)/gm).map(line => line.split(' ')[1]).sort();
  assert.deepEqual(read, written);
});

test('the network policy lets in the public subnets, where load balancers stand', () => {
  const policy = yaml('k8s/aws/entry.yaml');
  const blocks = policy.spec.ingress[0].from.map(({ ipBlock }) => ipBlock.cidr);
  assert.equal(usual(AWS, 'network_cidr'), '10.20.0.0/16');
  assert.match(AWS.locals.get('public_cidrs').value, /cidrsubnet\(var\.network_cidr, 4, index\)/);
  assert.deepEqual(blocks, ['10.20.0.0/20', '10.20.16.0/20']);
});

test('pipelines belong to the group that may deploy', () => {
  const [group] = AWS.body('aws_eks_access_entry.delivery').kubernetes_groups;
  const [binding] = parseAllDocuments(project('k8s/cloud/rolebinding.yaml')).map(document => document.toJS());
  assert.deepEqual(binding.subjects.find(({ kind }) => kind === 'Group').name, group);
});

test('the load balancer has the name by which the record is made', () => {
  assert.ok(project('infra/aws/README.md').includes(`load_balancer_name=${yaml('sample-service/k8s/aws/ingress.yaml').metadata.annotations['alb.ingress.kubernetes.io/load-balancer-name']}`));
});
